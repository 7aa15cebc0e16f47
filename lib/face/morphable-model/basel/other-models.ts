/** Tells models apart that people have and that are not read, and says what is missing in each. */

const needed =
  "what is read is Deep3D's BFM_model_front.mat (its `util/load_mats.py` makes it of 01_MorphableModel.mat and Exp_Pca.bin)";

/**
 * @param bytes of the model's file
 * @returns what the file is, where it is a known model in another form
 */
export function otherModel(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (...words: readonly string[]) => words.every((word) => file.includes(word, 0, "latin1"));
  if (file.subarray(0, 4).equals(Buffer.from("\x89HDF", "latin1")) && has("shape", "color", "expression"))
    return `the Basel Face Model of 2017 or 2019 (HDF5), whose format is not read and whose mesh has no 68 points: ${needed}`;
  if (has("v_template", "shapedirs"))
    return `FLAME, which has no albedo in its file, and whose pickle is never opened, as it could run a program: ${needed}`;
  return undefined;
}

/** What a MATLAB file with `shapeEV` is. */
export const rawBasel2009 = `the Basel Face Model of 2009 as it is released, without expressions and landmarks: ${needed}`;
