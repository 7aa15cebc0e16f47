/**
 * How far three answers to "what is the albedo?" lie from the truth, on the skin that the reconstruction goes by: the
 * detailed albedo A′, the prior albedo A, and the photo itself, which is what one has without any method.
 */
import * as tf from "@tensorflow/tfjs";
import {
  albedoError,
  ambientWhite,
  type MorphableModel,
  type Reconstruction,
  type RgbImage,
  renderTextured,
  type Terms,
  warpImage,
} from "rerenderable";
import { meanTypologyAngle } from "rerenderable/face";

export const answerNames = ["detailed", "prior", "photo"] as const;
export type AnswerName = (typeof answerNames)[number];

export interface JudgedAlbedo {
  /**
   * For each answer: `error`, root mean square of encoded sRGB as it is; `scaled`, the same after one factor a colour;
   * `ita`, typology angle less the true one, degrees, positive if the skin is found too fair. `trueIta`.
   */
  readonly figures: Terms;
  /** In the frame of the aligned face. */
  readonly pictures: Readonly<Record<AnswerName | "truth", RgbImage>>;
}

/** @param truth the photo's head drawn without light, in the photo's frame */
export async function judgeAlbedo(
  { aligned, pictures, maps, vertices, normals }: Reconstruction,
  model: MorphableModel,
  truth: RgbImage,
): Promise<JudgedAlbedo> {
  const { input, albedo, mask } = pictures;
  const { width: size } = input;
  const shown = {
    truth: warpImage(truth, aligned.toCrop, size, size).image,
    detailed: albedo,
    prior: await drawAlbedo(model, { vertices, normals, map: maps.priorAlbedo, size }),
    photo: input,
  };
  const skin = mask.data.map((value) => Number(value === 1));
  const trueIta = meanTypologyAngle(shown.truth.data, skin);
  const figures = answerNames.flatMap((name): [string, number][] => {
    const { data } = shown[name];
    const { raw, scaled } = albedoError(data, shown.truth.data, skin);
    return [
      [`${name}.error`, raw],
      [`${name}.scaled`, scaled],
      [`${name}.ita`, meanTypologyAngle(data, skin) - trueIta],
    ];
  });
  return { figures: { ...Object.fromEntries(figures), trueIta }, pictures: shown };
}

/** The posed face with a map as its albedo, without light. */
async function drawAlbedo(
  { triangles, uvs }: MorphableModel,
  {
    vertices,
    normals,
    map,
    size,
  }: Pick<Reconstruction, "vertices" | "normals"> & { readonly map: RgbImage; readonly size: number },
): Promise<RgbImage> {
  const shape: [number, number, number] = [1, vertices.length / 3, 3];
  const picture = tf.tidy(() => {
    const scene = { vertices: tf.tensor3d(vertices, shape), normals: tf.tensor3d(normals, shape) };
    const albedo = tf.tensor4d(map.data, [1, map.height, map.width, 3]);
    return renderTextured({ ...scene, triangles, uvs, size }, albedo, tf.tensor2d([[...ambientWhite]])).image;
  });
  const data = (await picture.data<"float32">()).map((value) => Math.min(Math.max(value, 0), 1));
  picture.dispose();
  return { width: size, height: size, data };
}
