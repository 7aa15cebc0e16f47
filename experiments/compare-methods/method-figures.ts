/** Measures one method's face: its picture against the photo, its albedo and light against the truth. */
import {
  albedoError,
  ambientWhite,
  type DetailSample,
  imageMetrics,
  type RgbImage,
  type Terms,
} from "rerenderable";
import {
  brightnessSymmetryError,
  layOver,
  meanTypologyAngle,
  paintFace,
  type RivalFace,
  scaleAlignedError,
  shadingLeakage,
} from "rerenderable/face";
import type { FaceTruth } from "./test-faces.js";

export const maskOf = ({ mask, surface: { size } }: DetailSample) => ({
  width: size,
  height: size,
  data: Float32Array.from(mask, (value) => Number(value === 1)),
});

/** L1, PSNR, SSIM on `M_face` (`masked.`), and of the face laid over the photo on the whole picture (`whole.`). */
export function pictureFigures(image: RgbImage, picture: RgbImage, sample: DetailSample): Terms {
  const named = (region: string, { l1, psnr, ssim }: ReturnType<typeof imageMetrics>) => ({
    [`${region}.l1`]: l1,
    [`${region}.psnr`]: psnr,
    [`${region}.ssim`]: ssim,
  });
  return {
    ...named("masked", imageMetrics(picture, image, maskOf(sample))),
    ...named("whole", imageMetrics(layOver(image, picture, sample), image)),
  };
}

/**
 * Errors of the flat map over seen skin: `albedo.raw`, `albedo.scaled` after one factor, `albedo.channels` after a
 * factor for each colour; `albedo.complete` is scaled and over all skin. On the pixels of `M_face` that are skin in
 * truth: `albedo.inPicture`, the scaled error of the albedo as the camera sees it (`errorInPicture`); `shading`, the error of the factor on the albedo, after a factor for each colour, relative to the true
 * shading; `leakage`, the slope of `shadingLeakage`. `ita` and `trueIta` are in degrees. `brightnessSymmetry` needs no
 * truth.
 * @param skin of the flat map, [U * U]
 */
export async function truthFigures(
  { albedo, light }: Pick<RivalFace, "albedo" | "light">,
  sample: DetailSample,
  truth: FaceTruth,
  skin: Float32Array,
): Promise<Terms> {
  const { surface, uvSize, seen, mask } = sample;
  const clipped = albedo.map((value) => Math.min(Math.max(value, 0), 1));
  const trueMap = Float32Array.from(sample.truth!, (byte) => byte / 255);
  const seenSkin = skin.map((inside, t) => inside * seen[t]);
  const ofColours = albedoError(clipped, trueMap, seenSkin);
  const bare = bareIn(truth, mask);
  const white = new Float32Array(clipped.length).fill(1);
  const [albedoPicture, shading] = await Promise.all([
    paintFace(surface, uvSize, clipped, ambient),
    paintFace(surface, uvSize, white, light),
  ]);
  const shadingError = albedoError(shading.data, truth.pixels.shading, bare);
  return {
    "albedo.raw": ofColours.raw,
    "albedo.scaled": scaleAlignedError(clipped, trueMap, seenSkin),
    "albedo.channels": ofColours.scaled,
    "albedo.complete": scaleAlignedError(clipped, trueMap, skin),
    "albedo.inPicture": scaleAlignedError(albedoPicture.data, truth.pixels.albedo, bare),
    shading: shadingError.scaled / rootMeanSquare(truth.pixels.shading, bare),
    leakage: shadingLeakage(albedoPicture.data, truth.pixels.albedo, truth.pixels.shading, bare),
    ita: meanTypologyAngle(clipped, skin),
    trueIta: meanTypologyAngle(trueMap, skin),
    brightnessSymmetry: brightnessSymmetryError(clipped, skin, uvSize),
  };
}

/** The pixels of `M_face` that are skin in truth. */
const bareIn = ({ skin }: FaceTruth, mask: Uint8Array) =>
  skin.data.map((inside, p) => Number(inside > 0.5 && mask[p] === 1));

/**
 * Root mean square error of an albedo as the camera sees it, after one factor, on the pixels of `M_face` that are skin in
 * truth.
 *
 * On the flat map an error counts the fit too. The fitted face lies 2 to 4 texels of 256 beside the true one (the shift at
 * which both correlate best, by squares of 32 texels), so a mole that is there to the dot counts twice as an error, and a
 * smooth albedo is the best. In the picture both are where the photo has them.
 */
export async function errorInPicture(
  albedo: Float32Array,
  { surface, uvSize, mask }: DetailSample,
  truth: FaceTruth,
): Promise<number> {
  const { data } = await paintFace(surface, uvSize, albedo, ambient);
  return scaleAlignedError(data, truth.pixels.albedo, bareIn(truth, mask));
}

/** White light of strength 1 from everywhere, which shows the albedo itself. */
export const ambient = Float32Array.from(ambientWhite);

function rootMeanSquare(values: ArrayLike<number>, mask: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (mask[Math.floor(i / 3)] === 0) continue;
    sum += values[i] ** 2;
    count++;
  }
  return Math.sqrt(sum / Math.max(count, 1));
}
