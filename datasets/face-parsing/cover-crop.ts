/**
 * Covers a face with things that the renderer does not have: hats, scarves, cups, straps and fingers as plain shapes.
 */
import type { Random } from "rerenderable";
import { faceParserClasses } from "rerenderable/face";
import { drawTexture } from "./draw-texture.js";
import type { ParsingCrop } from "./parsing-face.js";

/** Whether a place, in parts of the side, is covered. */
type Shape = (x: number, y: number) => boolean;

const [background, facialSkin, otherSkin] = (["background", "facial skin", "other skin"] as const).map(
  (name) => faceParserClasses.indexOf(name),
) as [number, number, number];

/** Changes the crop: covered pixels become background, or other skin if the thing has the colour of the face. */
export function coverPart(crop: ParsingCrop, random: Random): void {
  const { side, image, classes } = crop;
  const kind = random.uniform();
  const inside = kind < 0.3 ? drawHat(random) : kind < 0.4 ? drawScarf(random) : drawThing(random);
  const asSkin = kind > 0.75;
  const texture = drawTexture(side, random, asSkin ? skinColour(crop, random) : undefined);
  for (let p = 0; p < classes.length; p++) {
    const [x, y] = [p % side, Math.floor(p / side)];
    if (!inside((x + 0.5) / side, (y + 0.5) / side)) continue;
    image.set(texture(x, y), 3 * p);
    classes[p] = asSkin ? otherSkin : background;
  }
}

/** A hat: all above a bent line between hairline and brows. */
function drawHat(random: Random): Shape {
  const [height, slope, bend] = [
    0.12 + 0.26 * random.uniform(),
    0.15 * random.normal(),
    0.5 * random.normal(),
  ];
  return (x, y) => y < height + slope * (x - 0.5) + bend * (x - 0.5) ** 2;
}

/** A scarf: all below a bent line between nose and chin. */
function drawScarf(random: Random): Shape {
  const [height, slope, bend] = [
    0.6 + 0.35 * random.uniform(),
    0.15 * random.normal(),
    0.5 * random.normal(),
  ];
  return (x, y) => y > height + slope * (x - 0.5) + bend * (x - 0.5) ** 2;
}

/** An ellipse, or a bar with round ends. */
function drawThing(random: Random): Shape {
  const [cx, cy] = [random.uniform(), random.uniform()];
  const turn = Math.PI * random.uniform();
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const along = (x: number, y: number) => cos * (x - cx) + sin * (y - cy);
  const across = (x: number, y: number) => cos * (y - cy) - sin * (x - cx);
  if (random.uniform() < 0.5) {
    const [rx, ry] = [0.06 + 0.16 * random.uniform(), 0.06 + 0.16 * random.uniform()];
    return (x, y) => (along(x, y) / rx) ** 2 + (across(x, y) / ry) ** 2 < 1;
  }
  const [length, radius] = [0.5 * random.uniform(), 0.01 + 0.07 * random.uniform() ** 2];
  return (x, y) => Math.hypot(Math.max(Math.abs(along(x, y)) - length, 0), across(x, y)) < radius;
}

/** The colour of a pixel of the face, somewhat brighter or darker. */
function skinColour({ image, classes }: ParsingCrop, random: Random): number[] {
  const gain = Math.exp(0.25 * random.normal());
  for (let tries = 0; tries < 100; tries++) {
    const p = random.integer(classes.length);
    if (classes[p] === facialSkin) return [0, 1, 2].map((c) => Math.min(gain * image[3 * p + c], 1));
  }
  return [0.7, 0.5, 0.4].map((value) => Math.min(gain * value, 1));
}
