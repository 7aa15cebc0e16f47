/** Draws the 68 detected points and those of the fitted face. */
import { createCanvas, ImageData } from "@napi-rs/canvas";
import type { Point, RgbImage } from "rerenderable";

/** Detected points are rings and fitted ones discs, so that one can tell them apart without colours too. */
const landmarkColours = { detected: "#ffd400", fitted: "#00c8ff" } as const;

/** The picture is enlarged to about this side, because points 1 px apart look like one at 224. */
const drawnSide = 672;

/**
 * @param detected px of the image
 * @param fitted px of the image
 * @returns PNG bytes of a picture that is larger than the image by a whole factor
 */
export async function drawLandmarks(
  image: RgbImage,
  detected: readonly Point[],
  fitted: readonly Point[],
): Promise<Uint8Array> {
  const zoom = Math.max(1, Math.round(drawnSide / image.width));
  const canvas = createCanvas(image.width * zoom, image.height * zoom);
  const context = canvas.getContext("2d");
  context.drawImage(toCanvas(image), 0, 0, canvas.width, canvas.height);
  const unit = canvas.width / drawnSide;
  const circle = ([x, y]: Point, radius: number) => {
    context.beginPath();
    context.arc(x * zoom, y * zoom, radius * unit, 0, 2 * Math.PI);
  };
  context.strokeStyle = "#000000";
  context.lineWidth = 1.2 * unit;
  for (const point of fitted) {
    circle(point, 3);
    context.fillStyle = landmarkColours.fitted;
    context.fill();
    context.stroke();
  }
  for (const point of detected) {
    for (const [width, colour] of [
      [4, "#000000"],
      [2, landmarkColours.detected],
    ] as const) {
      circle(point, 6);
      context.lineWidth = width * unit;
      context.strokeStyle = colour;
      context.stroke();
    }
  }
  return canvas.encode("png");
}

function toCanvas({ width, height, data }: RgbImage) {
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = 255 * data[3 * i + c];
  }
  const canvas = createCanvas(width, height);
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}
