/** Colours that the renderer does not draw: of hair, frames and backgrounds, so that the parser looks at shapes as well. */
import type { Random } from "rerenderable";
import { faceParserClasses } from "rerenderable/face";
import { drawTexture } from "./draw-texture.js";
import type { ParsingCrop } from "./parsing-face.js";

const [background, hair, spectacles] = (["background", "hair", "spectacles"] as const).map((name) =>
  faceParserClasses.indexOf(name),
) as [number, number, number];

/** Changes the crop. */
export function recolour(crop: ParsingCrop, random: Random): void {
  if (random.uniform() < 0.4) dye(crop, drawHairColour(random), random);
  if (random.uniform() < 0.3) tint(crop, spectacles, 0.5, random);
  const what = random.uniform();
  if (what < 0.25) tint(crop, background, 0.6, random);
  else if (what < 0.5) fill(crop, random);
}

/** Draws a hair colour: black to fair, with brown and red between; one in five may have any colour. */
function drawHairColour(random: Random): readonly number[] {
  if (random.uniform() < 0.2) return [0, 1, 2].map(() => 0.05 + 0.85 * random.uniform());
  const tone = 0.05 + 0.8 * random.uniform();
  const [green, blue] = [0.65 + 0.3 * random.uniform(), 0.35 + 0.55 * random.uniform()];
  return [tone, tone * green, tone * Math.min(green, blue)];
}

/** Gives hair another mean colour; the strands keep their light and shade. */
function dye({ image, classes }: ParsingCrop, colour: readonly number[], random: Random): void {
  let [sum, count] = [0, 0];
  for (let p = 0; p < classes.length; p++) {
    if (classes[p] !== hair) continue;
    sum += luma(image, p);
    count++;
  }
  const mean = sum / Math.max(count, 1) + 0.02;
  const contrast = 0.4 + 0.6 * random.uniform();
  for (let p = 0; p < classes.length; p++) {
    if (classes[p] !== hair) continue;
    const shade = ((luma(image, p) + 0.02) / mean) ** contrast;
    for (let c = 0; c < 3; c++) image[3 * p + c] = Math.min(colour[c] * shade, 1);
  }
}

function tint({ image, classes }: ParsingCrop, of: number, spread: number, random: Random): void {
  const common = Math.exp(spread * random.normal());
  const gains = [0, 1, 2].map(() => common * Math.exp(0.5 * spread * random.normal()));
  for (let p = 0; p < classes.length; p++) {
    if (classes[p] !== of) continue;
    for (let c = 0; c < 3; c++) image[3 * p + c] = Math.min(gains[c] * image[3 * p + c], 1);
  }
}

function fill({ image, classes, side }: ParsingCrop, random: Random): void {
  const texture = drawTexture(side, random);
  const share = random.uniform() < 0.5 ? 1 : random.uniform();
  for (let p = 0; p < classes.length; p++) {
    if (classes[p] !== background) continue;
    const colour = texture(p % side, Math.floor(p / side));
    for (let c = 0; c < 3; c++) image[3 * p + c] = image[3 * p + c] + share * (colour[c] - image[3 * p + c]);
  }
}

function luma(image: Float32Array, p: number): number {
  return 0.299 * image[3 * p] + 0.587 * image[3 * p + 1] + 0.114 * image[3 * p + 2];
}
