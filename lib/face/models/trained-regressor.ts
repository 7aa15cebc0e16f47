/**
 * The coefficient regressor with the weights that come with the install. It gives all 257 numbers of an aligned face in
 * one pass.
 */
import { halveImage } from "../../base/image/halve.js";
import type { RgbImage } from "../../base/image/rgb-image.js";
import { foldNetwork } from "../../networks/fold-network.js";
import { inputNames } from "../../networks/graph.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { alignedSide } from "../landmarks/align-face.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { splitRegressed } from "./coefficient-regressor.js";
import { type RegressorErrors, readRegressorErrors } from "./regressor-errors.js";
import { regressorUnits } from "./regressor-units.js";
import { readWeights, type TrainedWeights } from "./trained-weights.js";

/** Owns an ONNX session. It takes one photo at a time. */
export interface CoefficientRegressor {
  /** Name of the weights, for summaries. */
  readonly name: string;
  /** How large its errors are, if that was measured. */
  readonly errors?: RegressorErrors;
  /**
   * @param image an aligned face, 224 px, encoded sRGB
   * @returns coefficients within the bounds of the model's priors
   */
  regress(image: RgbImage): Promise<Coefficients>;
  dispose(): Promise<void>;
}

export const regressorFile = new URL("../../assets/coefficient-regressor.safetensors", import.meta.url);

/**
 * @param data the model that the weights were trained with
 * @throws FileError in one line, if the file is not there, is damaged, or is of another model
 */
export async function loadCoefficientRegressor(
  data: MorphableModelData,
  file: string | URL = regressorFile,
): Promise<CoefficientRegressor> {
  const weights = await readWeights(file, "a coefficient regressor", "coefficients");
  const { model } = weights;
  if (model !== data.name) throw weights.otherThan(`of the model "${data.name}"`, `of "${model}"`);
  return startRegressor(weights, data, await readRegressorErrors(file));
}

async function startRegressor(
  { network: trained, parameters: learned, name }: TrainedWeights,
  data: MorphableModelData,
  errors?: RegressorErrors,
): Promise<CoefficientRegressor> {
  const { network, parameters } = foldNetwork(trained, learned);
  const inputShapes = fixedInputShapes(network, 1);
  const [input] = inputNames(network);
  const side = inputShapes[input][1];
  const runner = await createOnnxNetwork({ network, inputShapes, parameters });
  const units = regressorUnits(data);
  return {
    name,
    errors,
    async regress(image) {
      const values = shrink(image, side).data;
      const { coefficients } = await runner.predict({ [input]: { shape: [1, side, side, 3], values } });
      return splitRegressed(coefficients.values, units)[0];
    },
    dispose: () => runner.dispose(),
  };
}

/** Shrinks the image to the network's side: 224 px are halved, as in the crops that it learnt from. */
function shrink(image: RgbImage, side: number): RgbImage {
  let small = image;
  while (small.width > side) small = halveImage(small);
  if (small.width === side && small.height === side) {
    return { ...small, data: small.data.map((value) => Math.min(Math.max(value, 0), 1)) };
  }
  const problem = `should be ${alignedSide} x ${alignedSide} px but is ${image.width} x ${image.height}`;
  throw new Error(`regress: \`image\` ${problem}.`);
}
