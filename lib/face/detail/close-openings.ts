/** Bare skin with the eyes and the mouth in it, which the face mask leaves out. */
import type { MaskImage } from "../../base/image/rgb-image.js";

/** An opening counts where at least this share of the skin around it, so far at 224 px, is bare. */
const leastBare = 0.5;
const around = 6 / 224;

/**
 * Closes the openings that the projected skin encloses, eyes and inner mouth, where the skin around them is bare: an eye
 * behind a hand or dark glasses stays open.
 * @param bare 0 or 1 @param projected `M_proj`, 0 or 1, at the size of `bare`
 */
export function closeOpenings(bare: MaskImage, projected: MaskImage): MaskImage {
  const data = bare.data.slice();
  for (const opening of openings(projected)) {
    if (bareAround(opening, bare, projected) >= leastBare) for (const p of opening) data[p] = 1;
  }
  return { ...bare, data };
}

/** The connected parts outside the mask that it encloses, each as the numbers of its pixels. */
function openings({ width, height, data }: MaskImage): number[][] {
  const known = new Uint8Array(data.length);
  const found: number[][] = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start] > 0 || known[start]) continue;
    known[start] = 1;
    const part = [start];
    let enclosed = true;
    // The list grows while it is read.
    for (const p of part) {
      const [x, y] = [p % width, Math.floor(p / width)];
      const inside = [x > 0, x < width - 1, y > 0, y < height - 1];
      if (inside.includes(false)) enclosed = false;
      for (const [i, next] of [p - 1, p + 1, p - width, p + width].entries()) {
        if (!inside[i] || data[next] > 0 || known[next]) continue;
        known[next] = 1;
        part.push(next);
      }
    }
    if (enclosed) found.push(part);
  }
  return found;
}

/** The share of bare skin among the projected skin of a box around the opening. */
function bareAround(opening: readonly number[], bare: MaskImage, projected: MaskImage): number {
  const { width, height } = bare;
  const margin = Math.max(1, Math.round(around * width));
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const p of opening) {
    const [x, y] = [p % width, Math.floor(p / width)];
    [left, right, top, bottom] = [
      Math.min(left, x),
      Math.max(right, x),
      Math.min(top, y),
      Math.max(bottom, y),
    ];
  }
  let [all, seen] = [0, 0];
  for (let y = Math.max(0, top - margin); y <= Math.min(height - 1, bottom + margin); y++) {
    for (let x = Math.max(0, left - margin); x <= Math.min(width - 1, right + margin); x++) {
      const p = y * width + x;
      all += projected.data[p];
      seen += projected.data[p] * bare.data[p];
    }
  }
  return all > 0 ? seen / all : 0;
}
