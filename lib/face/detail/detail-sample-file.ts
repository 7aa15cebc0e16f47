/**
 * Detail samples in files, many in one: an 8-byte little-endian length, a JSON list of ids and places, then each sample
 * as safetensors. A training step reads one by its place. About 0.6 MB a sample at 224 px and uv 128, uncompressed: where
 * pixels fall and their normals in 16 bits (1/500 texel, 1/30,000), colours in 8, the prior albedo and the coarse shading in half
 * precision, as a discriminator would tell it from a network's output by its steps.
 */
import { type FileHandle, open } from "node:fs/promises";
import type { Point } from "../../base/image/rgb-image.js";
import { writeFileAtomically } from "../../base/tensor/atomic-file.js";
import { FileError } from "../../base/tensor/file-error.js";
import { parseJson } from "../../base/tensor/parse-json.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../base/tensor/safetensors.js";
import { flattenCoefficients, splitCoefficients } from "../morphable-model/coefficients.js";
import type { DetailSample } from "./detail-sample.js";

/** The same sample gives the same bytes. */
export function encodeDetailSample(sample: DetailSample): Uint8Array {
  const { uvSize: u, surface, truth } = sample;
  const { size } = surface;
  const bytes = (shape: number[], values: Uint8Array): StoredTensor => ({ dtype: "U8", shape, values });
  return encodeSafetensors(
    {
      image: bytes([size, size, 3], sample.image),
      mask: bytes([size, size], sample.mask),
      covered: bytes([size, size], coveredPixels(sample)),
      uv: { dtype: "I16", shape: [surface.pixel.length, 2], values: quantise(surface.uv, 65535, 32768) },
      normal: { dtype: "I16", shape: [surface.pixel.length, 3], values: quantise(surface.normal, 32767, 0) },
      priorAlbedo: { dtype: "F16", shape: [u, u, 3], values: sample.priorAlbedo },
      coarseShading: { dtype: "F16", shape: [u, u, 3], values: sample.coarseShading },
      texture: bytes([u, u, 3], sample.texture),
      seen: bytes([u, u], sample.seen),
      coefficients: { dtype: "F32", shape: [257], values: flattenCoefficients(sample.coefficients) },
      points: {
        dtype: "F32",
        shape: [sample.points.length, 2],
        values: Float32Array.from(sample.points.flat()),
      },
      ...(truth && { truth: bytes([u, u, 3], truth) }),
    },
    { id: sample.id },
  );
}

/** @throws FileError one line that names the file, where the bytes are damaged */
export function decodeDetailSample(bytes: Uint8Array, file: string): DetailSample {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const { image, mask, covered, uv, normal, coefficients, points, truth } = tensors;
  const { priorAlbedo, coarseShading, texture, seen } = tensors;
  if (!image || !covered || !uv || !normal || !priorAlbedo || !coarseShading) {
    throw new FileError(`${file}: should hold a detail sample but holds ${Object.keys(tensors).join(", ")}.`);
  }
  const places = points.values;
  const flags = covered.values as Uint8Array;
  const pixel = new Int32Array(uv.shape[0]);
  for (let p = 0, i = 0; p < flags.length; p++) if (flags[p] === 1) pixel[i++] = p;
  return {
    id: metadata.id,
    uvSize: priorAlbedo.shape[0],
    image: image.values as Uint8Array,
    mask: mask.values as Uint8Array,
    surface: {
      size: image.shape[0],
      pixel,
      uv: restore(uv.values, 65535, 32768),
      normal: restore(normal.values, 32767, 0),
    },
    priorAlbedo: priorAlbedo.values as Float32Array,
    coarseShading: coarseShading.values as Float32Array,
    texture: texture.values as Uint8Array,
    seen: seen.values as Uint8Array,
    coefficients: splitCoefficients(coefficients.values),
    points: Array.from({ length: points.shape[0] }, (_, i): Point => [places[2 * i], places[2 * i + 1]]),
    ...(truth && { truth: truth.values as Uint8Array }),
  };
}

function coveredPixels({ surface }: DetailSample): Uint8Array {
  const covered = new Uint8Array(surface.size ** 2);
  for (const p of surface.pixel) covered[p] = 1;
  return covered;
}

function quantise(values: Float32Array, scale: number, offset: number): Int16Array {
  return Int16Array.from(values, (value) =>
    Math.min(Math.max(Math.round(value * scale) - offset, -32768), 32767),
  );
}

function restore(values: ArrayLike<number>, scale: number, offset: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = (values[i] + offset) / scale;
  return out;
}

interface Place {
  readonly id: string;
  /** In bytes, from the end of the list. */
  readonly start: number;
  readonly length: number;
}

/** Writes them whole or not at all. */
export async function writeDetailSamples(file: string, samples: readonly DetailSample[]): Promise<void> {
  const parts = samples.map(encodeDetailSample);
  let start = 0;
  const places = parts.map(({ length }, i): Place => {
    start += length;
    return { id: samples[i].id, start: start - length, length };
  });
  const list = Buffer.from(JSON.stringify(places));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(list.length));
  await writeFileAtomically(file, Buffer.concat([head, list, ...parts]));
}

/** Samples by number, read when asked for. Owns file handles: `close()` gives them back. */
export interface DetailSamples {
  readonly size: number;
  readonly ids: readonly string[];
  /** @param index 0 to `size` - 1 */
  read(index: number): Promise<DetailSample>;
  close(): Promise<void>;
}

/** @throws FileError one line that names the file that is not there, or is none of ours */
export async function openDetailSamples(files: readonly string[]): Promise<DetailSamples> {
  const opened: { file: string; handle: FileHandle; place: Place }[] = [];
  const handles: FileHandle[] = [];
  const close = async () => {
    await Promise.all(handles.map((handle) => handle.close()));
  };
  try {
    for (const file of files) {
      const handle = await open(file);
      handles.push(handle);
      const { places, dataStart } = await readPlaces(handle, file);
      for (const place of places)
        opened.push({ file, handle, place: { ...place, start: place.start + dataStart } });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    size: opened.length,
    ids: opened.map(({ place }) => place.id),
    async read(index) {
      const { file, handle, place } = opened[index];
      const bytes = Buffer.alloc(place.length);
      const { bytesRead } = await handle.read(bytes, 0, place.length, place.start);
      if (bytesRead < place.length) throw new FileError(`${file}: ends within the sample ${place.id}.`);
      return decodeDetailSample(bytes, file);
    },
    close,
  };
}

async function readPlaces(handle: FileHandle, file: string): Promise<{ places: Place[]; dataStart: number }> {
  const head = Buffer.alloc(8);
  await handle.read(head, 0, 8, 0);
  const length = Number(head.readBigUInt64LE());
  const list = Buffer.alloc(length < 2 ** 26 ? length : 0);
  await handle.read(list, 0, list.length, 8);
  try {
    return { places: parseJson(list.toString()) as Place[], dataStart: 8 + length };
  } catch {
    throw new FileError(`${file}: should be a file of detail samples but is none.`);
  }
}

/** The same in memory: for tests, and for a face that was just fitted. */
export function detailSamplesInMemory(samples: readonly DetailSample[]): DetailSamples {
  return {
    size: samples.length,
    ids: samples.map(({ id }) => id),
    read: async (index) => samples[index],
    close: async () => {},
  };
}
