/**
 * How a photo was exposed (ours, not in the paper). Of `albedo × light` a photo shows the product, so without this a fit took
 * the exposure for the skin: at 0.35 of its exposure the skin of every photo came out dark, by 42° to 49° of the typology angle.
 *
 * Two witnesses are heard, each with an uncertainty: a network that looks at the face (`exposure-network.ts`), and the
 * surroundings, of which the brightest places are nearly white in a well exposed photo. Both say the same of a photo that is
 * darker by any factor; of one in which the skin is clipped, nearly the same.
 */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { foldNetwork } from "../../networks/fold-network.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { alignedSide } from "../landmarks/align-face.js";
import { exposureBatch, exposureInput, exposureUnits } from "./exposure-network.js";
import { readWeights } from "./trained-weights.js";

/** A brightness as a factor of that of a well exposed photo, in encoded sRGB, and the deviation of its logarithm. */
export interface ExposureBelief {
  readonly factor: number;
  readonly deviation: number;
}

export interface Exposure extends ExposureBelief {
  /** What each witness says alone. */
  readonly witnesses: { readonly face: ExposureBelief; readonly surroundings: ExposureBelief };
}

/** Owns an ONNX session. It takes one photo at a time. */
export interface ExposureEstimator {
  /** Name of the weights, for summaries. */
  readonly name: string;
  /**
   * @param image an aligned face, 224 px, encoded sRGB
   * @param points its 68 points, px of the image
   */
  estimate(image: RgbImage, points: readonly Point[]): Promise<Exposure>;
  dispose(): Promise<void>;
}

/** The mean shading of the skin in a well exposed photo, encoded: what a fit expects of the light. */
export const usualShading = 0.75;

export const exposureFile = new URL("../../assets/exposure.safetensors", import.meta.url);

/**
 * The network's own deviation is that on faces such as it learnt from. Of other photos it is farther off. Both numbers are chosen by
 * looking at 40 photos of FFHQ, of which nobody knows the truth: without them it takes some fair faces for brown.
 */
const unseen = { times: 4, least: 0.12 } as const;

/**
 * The surroundings' white is the 98th percentile of the brightest channel, 0.93 in the median of 40 photos of FFHQ (at 56 px; 0.945 at 224).
 * The deviation is chosen: about as much as the brightness of faces spreads, by light and skin together.
 */
const surroundings = { percentile: 0.98, usual: 0.93, deviation: 0.25 } as const;

/**
 * What counts as well exposed is a convention: the median of 40 photos of FFHQ. By the portraits that the network learnt from, these are
 * brighter by this factor; without it the skin of scanned heads came out 10 degrees too dark, and it was right by 0.4 on average in 0.1.
 */
const medianPhoto = 1.09;

/** @throws FileError in one line that names the file, if it is not there, is damaged, or is another network */
export async function loadExposureEstimator(file: string | URL = exposureFile): Promise<ExposureEstimator> {
  const read = await readWeights(file, "an exposure network", "brightness");
  const { network, parameters } = foldNetwork(read.network, read.parameters);
  const runner = await createOnnxNetwork({ network, inputShapes: read.inputShapes, parameters });
  return {
    name: read.name,
    async estimate(image, points) {
      if (image.width !== alignedSide || image.height !== alignedSide) {
        const problem = `should be ${alignedSide} x ${alignedSide} px but is ${image.width} x ${image.height}`;
        throw new Error(`estimate: \`image\` ${problem}.`);
      }
      const input = exposureInput(image, points);
      const { brightness } = await runner.predict(exposureBatch([input]));
      const { middle, unit } = exposureUnits;
      const [mean, logDeviation] = brightness.values;
      const face = {
        factor: input.brightness / Math.exp(middle + unit * mean),
        deviation: Math.max(unseen.times * unit * Math.exp(logDeviation), unseen.least),
      };
      return pooled({ face, surroundings: lookAround(image) });
    },
    dispose: () => runner.dispose(),
  };
}

/** What the brightest places of a picture say of its exposure. */
export function lookAround({ data }: RgbImage): ExposureBelief {
  const brightest = Float32Array.from({ length: data.length / 3 }, (_, p) =>
    Math.max(data[3 * p], data[3 * p + 1], data[3 * p + 2]),
  ).sort();
  const white = brightest[Math.floor(surroundings.percentile * (brightest.length - 1))];
  return { factor: Math.max(white, 0.02) / surroundings.usual, deviation: surroundings.deviation };
}

/** The product of two normal beliefs in the logarithm, as a factor of the median photo. */
export function pooled(witnesses: Exposure["witnesses"]): Exposure {
  let [precision, sum] = [0, 0];
  for (const { factor, deviation } of Object.values(witnesses)) {
    precision += 1 / deviation ** 2;
    sum += Math.log(factor) / deviation ** 2;
  }
  return { factor: Math.exp(sum / precision) / medianPhoto, deviation: 1 / Math.sqrt(precision), witnesses };
}

/** What speaks against an exposure that was found; none if none was asked for. */
export function exposureWarnings(found?: Exposure): string[] {
  if (!found) return [];
  const { face, surroundings } = found.witnesses;
  const apart = Math.abs(Math.log(face.factor / surroundings.factor));
  if (apart <= 2 * Math.hypot(face.deviation, surroundings.deviation)) return [];
  return [
    "Face and surroundings tell of different exposures: the skin may be fairer or darker than it is shown.",
  ];
}

/** The same picture as it would be well exposed; values above 1 stay. */
export function wellExposed(image: RgbImage, { factor }: ExposureBelief): RgbImage {
  return { ...image, data: image.data.map((value) => value / factor) };
}
