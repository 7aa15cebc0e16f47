/** A strip of images with captions, composed into one PNG so that it looks the same in every front end. */

import sharp, { type OverlayOptions } from "sharp";
import { allowOwnDrawings } from "../base/image/photo-kind.js";
import type { MaskImage, RgbImage } from "../base/image/rgb-image.js";
import { display, escapeHtml, type MimeBundle } from "./display.js";

export interface CaptionedImage {
  /** Values outside [0, 1] are clipped when shown; a mask is shown in grey. */
  readonly image: RgbImage | MaskImage;
  readonly caption: string;
}

export interface StripOptions {
  /** How many images stand in one row; by default all, at most 6. */
  readonly columns?: number;
  /** Width of the whole strip in pixels; by default as wide as the images are, at most 960. */
  readonly width?: number;
}

const GAP = 8;
const FONT = 13;
const LINE = 17;
/** Mean advance of a sans-serif letter in units of the font size; captions are broken by it. */
const LETTER = 0.54;
const WIDEST = 960;

/** Shows images side by side; the captions are the alternative text too. */
export async function showImages(
  images: readonly CaptionedImage[],
  options: StripOptions = {},
): Promise<MimeBundle> {
  const { png, width, height } = await imageStrip(images, options);
  const alt = images.map(({ caption }) => caption).join(" | ");
  const { type, bytes } = await smaller(png);
  return display({
    data: { [type]: bytes.toString("base64"), "text/plain": `[images: ${alt}]` },
    metadata: { [type]: { alt, width, height } },
  });
}

/**
 * The smaller of two encodings. Photos take a fifth as JPEG, at a quality at which nobody sees a difference; maps of
 * few colours are smaller as PNG.
 */
async function smaller(png: Buffer): Promise<{ type: "image/png" | "image/jpeg"; bytes: Buffer }> {
  const jpeg = await sharp(png).jpeg({ quality: 88, chromaSubsampling: "4:4:4" }).toBuffer();
  return png.length <= jpeg.length ? { type: "image/png", bytes: png } : { type: "image/jpeg", bytes: jpeg };
}

/** One picture, scaled to a width. */
export async function imageToPng(image: CaptionedImage, width: number): Promise<Buffer> {
  checkImage(image);
  return scaledPng(image.image, width);
}

/**
 * Composes the strip that {@link showImages} shows.
 *
 * @returns PNG on white, and its size in pixels
 * @throws if an image has not width × height × 3 finite values, or the options leave no room
 */
export async function imageStrip(
  images: readonly CaptionedImage[],
  options: StripOptions = {},
): Promise<{ png: Buffer; width: number; height: number }> {
  if (images.length === 0)
    throw new Error("showImages: `images` should have at least one image but is empty.");
  images.forEach(checkImage);
  const columns = options.columns ?? Math.min(images.length, 6);
  if (!Number.isInteger(columns) || columns < 1) {
    throw new Error(`showImages: \`columns\` should be an integer from 1 but is ${columns}.`);
  }
  const cell = cellWidth(images, columns, options.width);
  const rows = Math.ceil(images.length / columns);
  const layers: OverlayOptions[] = [];
  let top = 0;
  for (let row = 0; row < rows; row++) {
    const inRow = images.slice(row * columns, (row + 1) * columns);
    const captions = inRow.map(({ caption }) => brokenLines(caption, cell));
    for (const [column, { image }] of inRow.entries()) {
      const left = column * (cell + GAP);
      layers.push({ input: await scaledPng(image, cell), left, top });
      layers.push({ input: captionSvg(captions[column], cell), left, top: top + scaledHeight(image, cell) });
    }
    const heights = inRow.map(
      ({ image }, column) => scaledHeight(image, cell) + captionHeight(captions[column].length),
    );
    top += Math.max(...heights) + (row < rows - 1 ? GAP : 0);
  }
  const width = columns * cell + (columns - 1) * GAP;
  allowOwnDrawings();
  const canvas = sharp({ create: { width, height: top, channels: 3, background: "white" } });
  const png = await canvas.composite(layers).png({ compressionLevel: 9 }).toBuffer();
  return { png, width, height: top };
}

function cellWidth(images: readonly CaptionedImage[], columns: number, width: number | undefined): number {
  const gaps = (columns - 1) * GAP;
  const widest = Math.max(...images.map(({ image }) => image.width));
  const cell = Math.floor(((width ?? Math.min(WIDEST, columns * widest + gaps)) - gaps) / columns);
  if (cell >= 1) return cell;
  throw new Error(`showImages: \`width\` should leave room for ${columns} columns but is ${width}.`);
}

function scaledHeight(image: CaptionedImage["image"], width: number): number {
  return Math.max(1, Math.round((image.height * width) / image.width));
}

async function scaledPng(image: CaptionedImage["image"], width: number): Promise<Buffer> {
  const { width: from, height } = image;
  const channels = channelsOf(image);
  const bytes = Buffer.from(Uint8ClampedArray.from(image.data, (value) => value * 255).buffer);
  const kernel = width >= 2 * from ? "nearest" : "lanczos3"; // much enlarged, the pixels stay visible
  return sharp(bytes, { raw: { width: from, height, channels } })
    .toColourspace("srgb")
    .resize({ width, height: scaledHeight(image, width), fit: "fill", kernel })
    .png()
    .toBuffer();
}

/** Breaks a caption at spaces into at most three lines of the given width. */
function brokenLines(caption: string, width: number): string[] {
  const letters = Math.max(4, Math.floor(width / (FONT * LETTER)));
  const lines: string[] = [];
  for (const word of caption.split(/\s+/).filter((one) => one !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  const kept = lines.slice(0, 3).map((line) => cut(line, letters));
  if (lines.length > 3) kept[2] = cut(`${kept[2]}…`, letters);
  return kept;
}

function cut(line: string, letters: number): string {
  return line.length <= letters ? line : `${line.slice(0, letters - 1)}…`;
}

function captionHeight(lines: number): number {
  return lines === 0 ? 0 : lines * LINE + 6;
}

function captionSvg(lines: readonly string[], width: number): Buffer {
  const height = Math.max(1, captionHeight(lines.length));
  const texts = lines.map(
    (line, index) => `<text x="${width / 2}" y="${4 + (index + 0.75) * LINE}">${escapeHtml(line)}</text>`,
  );
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" text-anchor="middle" ` +
      `font-family="Helvetica, Arial, sans-serif" font-size="${FONT}" fill="#222">${texts.join("")}</svg>`,
  );
}

/** 1 for a mask, 3 for a picture. */
function channelsOf({ width, height, data }: CaptionedImage["image"]): 1 | 3 {
  return data.length === width * height ? 1 : 3;
}

function checkImage({ image, caption }: CaptionedImage): void {
  const { width, height, data } = image;
  const channels = channelsOf(image);
  const expected = width * height * channels;
  if (!(expected > 0) || data.length !== expected) {
    throw new Error(
      `showImages: \`data\` of "${caption}" should have ${width} x ${height} x 3 = ${expected} values ` +
        `but has ${data.length}.`,
    );
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const pixel = Math.floor(bad / channels);
    throw new Error(
      `showImages: \`data\` of "${caption}" should be finite but is ${data[bad]} at x=${pixel % width}, ` +
        `y=${Math.floor(pixel / width)}.`,
    );
  }
}
