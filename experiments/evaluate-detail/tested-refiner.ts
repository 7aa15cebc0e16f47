/** The refiner that is evaluated: shipped, from a file, or only its first guess. */
import { InputError, loadDetailRefiner } from "rerenderable";
import { type DetailRefiner, refinerFile } from "rerenderable/face";

/** With weights `none` it has no network to train, and its first guess is the result. */
export interface TestedRefiner extends Omit<DetailRefiner, "network"> {
  readonly network: Pick<DetailRefiner["network"], "predict"> & Partial<DetailRefiner["network"]>;
}

/** @param uvSize of the maps if there are no weights */
export async function openTestedRefiner(weights: string, uvSize: number): Promise<TestedRefiner> {
  if (weights === "none") {
    const network = leftAlone(uvSize);
    return { name: "none", model: "embedded", uvSize, base: "texture", network, dispose: async () => {} };
  }
  const file = weights === "shipped" ? refinerFile : weights;
  return loadDetailRefiner(file).catch((error: NodeJS.ErrnoException) => {
    const got = error.code === "ENOENT" ? "no such file" : error.message;
    throw new InputError("--set weights", "shipped, none, or the file of a detail refiner", got);
  });
}

function leftAlone(side: number): Pick<DetailRefiner["network"], "predict"> {
  const map = (channels: number, value: number) => ({
    shape: [1, side, side, channels],
    values: new Float32Array(side * side * channels).fill(value),
  });
  return { predict: async () => ({ albedo: map(3, 0.5), light: map(27, 0) }) };
}
