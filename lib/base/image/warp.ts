/**
 * Resamples an image through a similarity transform, without aliasing when it shrinks: the image is halved
 * while the scale is below a half, then gathered with a Catmull-Rom kernel that is stretched to the scale left
 * over. Unit scale at whole-pixel shifts returns the pixels unchanged. Stripes of a new pixel or less, which would
 * alias worst, keep at most 0.02 of their amplitude; bilinear sampling keeps 0.9 (`results/decisions/shrinking-images.md`).
 */
import { halveImage } from "./halve.js";
import { blankImage, checkImage, type MaskImage, type RgbImage } from "./rgb-image.js";
import { applySimilarity, composeSimilarities, invertSimilarity, type Similarity } from "./similarity.js";

export interface WarpedImage {
  readonly image: RgbImage;
  /** 1 where the pixel centre came from inside the source, 0 where the source's edge was repeated. */
  readonly valid: MaskImage;
}

/**
 * @param image the source
 * @param toOutput carries source pixels to output pixels
 * @param width output width, px
 * @param height output height, px
 * @returns the output, clamped to [0, 1], and where it is valid
 */
export function warpImage(image: RgbImage, toOutput: Similarity, width: number, height: number): WarpedImage {
  checkImage("warpImage", image, 3);
  if (!(toOutput.scale > 0) || ![toOutput.rotation, ...toOutput.translation].every(Number.isFinite)) {
    throw new Error("warpImage: `toOutput` should have a scale above 0 and finite numbers.");
  }
  const valid = validMask(image, toOutput, width, height);
  let [source, transform] = cropToNeed(image, toOutput, width, height);
  while (transform.scale < 0.5 && Math.max(source.width, source.height) > 1) {
    source = halveImage(source);
    transform = composeSimilarities({ scale: 2, rotation: 0, translation: [0, 0] }, transform);
  }
  return { image: gather(source, transform, width, height), valid };
}

/** Cuts away what no output pixel reaches, so that a small face in a large photo costs little. */
function cropToNeed(
  image: RgbImage,
  toOutput: Similarity,
  width: number,
  height: number,
): [RgbImage, Similarity] {
  const back = invertSimilarity(toOutput);
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([x, y]) => applySimilarity(back, [x, y]));
  const margin = 8 * Math.max(1, back.scale);
  const span = (values: readonly number[], size: number): [number, number] => {
    const first = Math.min(size - 1, Math.max(0, Math.floor(Math.min(...values) - margin)));
    return [first, Math.max(first + 1, Math.min(size, Math.ceil(Math.max(...values) + margin)))];
  };
  const [left, right] = span(
    corners.map(([x]) => x),
    image.width,
  );
  const [top, bottom] = span(
    corners.map(([, y]) => y),
    image.height,
  );
  if (right - left === image.width && bottom - top === image.height) return [image, toOutput];
  const part = blankImage(right - left, bottom - top);
  for (let y = top; y < bottom; y++) {
    const row = image.data.subarray(3 * (y * image.width + left), 3 * (y * image.width + right));
    part.data.set(row, 3 * (y - top) * part.width);
  }
  const moved: Similarity = { scale: 1, rotation: 0, translation: [left, top] };
  return [part, composeSimilarities(moved, toOutput)];
}

/** Gives each output pixel the weighted mean of the source pixels under a kernel laid along the output's axes. */
function gather(source: RgbImage, toOutput: Similarity, width: number, height: number): RgbImage {
  const output = blankImage(width, height);
  const back = invertSimilarity(toOutput);
  // When shrinking, the kernel is as wide as two output pixels; when enlarging, as two source pixels.
  const shrink = Math.min(1, toOutput.scale);
  const cos = Math.cos(toOutput.rotation);
  const sin = Math.sin(toOutput.rotation);
  const reach = (2 / shrink) * (Math.abs(cos) + Math.abs(sin));
  const lastX = source.width - 1;
  const lastY = source.height - 1;
  let out = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // These are pixel indices of the source: centres stand at +0.5.
      const centre = applySimilarity(back, [x + 0.5, y + 0.5]);
      const centreX = centre[0] - 0.5;
      const centreY = centre[1] - 0.5;
      const firstColumn = Math.ceil(centreX - reach);
      const lastColumn = Math.floor(centreX + reach);
      const lastRow = Math.floor(centreY + reach);
      let total = 0;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = Math.ceil(centreY - reach); row <= lastRow; row++) {
        const dy = (row - centreY) * shrink;
        const line = Math.min(Math.max(row, 0), lastY) * source.width;
        for (let column = firstColumn; column <= lastColumn; column++) {
          const dx = (column - centreX) * shrink;
          const weight = catmullRom(cos * dx - sin * dy) * catmullRom(sin * dx + cos * dy);
          if (weight === 0) continue;
          const at = 3 * (line + Math.min(Math.max(column, 0), lastX));
          total += weight;
          red += weight * source.data[at];
          green += weight * source.data[at + 1];
          blue += weight * source.data[at + 2];
        }
      }
      output.data[out++] = clamp(red / total);
      output.data[out++] = clamp(green / total);
      output.data[out++] = clamp(blue / total);
    }
  }
  return output;
}

/** The interpolating cubic with slope 1/2: 1 at 0, 0 at every other whole number and beyond 2. */
function catmullRom(distance: number): number {
  const t = Math.abs(distance);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

function validMask(image: RgbImage, toOutput: Similarity, width: number, height: number): MaskImage {
  const data = new Float32Array(width * height);
  const back = invertSimilarity(toOutput);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = applySimilarity(back, [(i % width) + 0.5, Math.floor(i / width) + 0.5]);
    data[i] = x >= 0 && y >= 0 && x <= image.width && y <= image.height ? 1 : 0;
  }
  return { width, height, data };
}

/** Keeps a value within [0, 1], as the cubic overshoots beside hard edges. */
function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
