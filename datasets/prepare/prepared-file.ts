/**
 * A prepared photo as a file: safetensors with `image` [S, S, 3] and `mask` [S, S] in 8 bits, `points` [68, 2], and
 * the transform and what was measured as JSON in the header. Uncompressed, 200 kB at 224 px: so a training step does
 * not wait for a decoder, and the bytes do not depend on a decoder's version.
 */
import { InputError, type MaskImage, type Point } from "rerenderable";
import { decodeSafetensors, encodeSafetensors, parseJson, type StoredTensor } from "rerenderable/base";
import type { PreparedPhoto } from "./preparation.js";

const expected = "a prepared photo (.safetensors)";

/** Encodes a prepared photo; pictures are rounded to 8 bits. The same photo gives the same bytes. */
export function encodePrepared({ image, mask, points, toCrop, measures }: PreparedPhoto): Uint8Array {
  const { width, height } = image;
  return encodeSafetensors(
    {
      image: { dtype: "U8", shape: [height, width, 3], values: toBytes(image.data) },
      mask: { dtype: "U8", shape: [height, width], values: toBytes(mask.data) },
      points: { dtype: "F32", shape: [points.length, 2], values: Float32Array.from(points.flat()) },
    },
    { toCrop: JSON.stringify(toCrop), measures: JSON.stringify(measures) },
  );
}

/** @throws InputError one line, where the file is damaged or none of ours */
export function decodePrepared(bytes: Uint8Array, file: string): PreparedPhoto {
  const { tensors, metadata } = decode(bytes, file);
  const { image, mask, points } = tensors;
  if (image?.dtype !== "U8" || mask?.dtype !== "U8" || points?.dtype !== "F32") {
    throw new InputError(file, expected, `tensors ${Object.keys(tensors).join(", ") || "none"}`);
  }
  const [height, width] = image.shape as [number, number];
  const fits =
    `${image.shape}` === `${[height, width, 3]}` &&
    `${mask.shape}` === `${[height, width]}` &&
    `${points.shape}` === `${[points.shape[0], 2]}`;
  if (!fits) {
    const got = `[${image.shape}], [${mask.shape}] and [${points.shape}]`;
    throw new InputError(file, "`image` [H, W, 3], `mask` [H, W] and `points` [K, 2]", got);
  }
  return {
    image: { width, height, data: toUnit(image) },
    mask: { width, height, data: toUnit(mask) } satisfies MaskImage,
    points: Array.from(
      { length: points.shape[0] },
      (_, i): Point => [points.values[2 * i], points.values[2 * i + 1]],
    ),
    toCrop: readRecord(metadata, "toCrop", file),
    measures: readRecord(metadata, "measures", file),
  };
}

function readRecord<K extends "toCrop" | "measures">(
  metadata: Readonly<Record<string, string>>,
  name: K,
  file: string,
): PreparedPhoto[K] {
  try {
    const record = parseJson(metadata[name]) as PreparedPhoto[K];
    if (typeof record === "object" && record !== null) return record;
  } catch {}
  throw new InputError(file, `\`${name}\` as JSON in the header`, metadata[name]?.slice(0, 60) ?? "none");
}

function decode(bytes: Uint8Array, file: string) {
  try {
    return decodeSafetensors(bytes, file);
  } catch (error) {
    throw new InputError(file, expected, (error as Error).message);
  }
}

function toBytes(data: Float32Array): Uint8Array {
  return Uint8Array.from(data, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
}

/** This is a plain loop: with `Float32Array.from` and a function, a batch of 16 takes 0.2 s more. */
function toUnit({ values }: StoredTensor): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = values[i] / 255;
  return out;
}
