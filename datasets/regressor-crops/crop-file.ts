/**
 * Crops by the hundred in one safetensors file, read one at a time: `images` U8 [n, S, S, 3], `masks` U8 [n, ⌈S² / 8⌉] with a
 * pixel a bit, `faces` F32 [n, 257]. A training step reads 32 crops in a millisecond, where the samples that they were cut from
 * take a minute.
 */
import { type FileHandle, open, stat } from "node:fs/promises";
import { coefficientCount, InputError } from "rerenderable";
import { encodeSafetensors, writeFileAtomically } from "rerenderable/base";
import type { RegressorCrop } from "./crop.js";

export async function writeCrops(
  file: string,
  crops: readonly RegressorCrop[],
  side: number,
  key: string,
): Promise<void> {
  const count = crops.length;
  const join = (parts: readonly Uint8Array[], size: number) => {
    const out = new Uint8Array(count * size);
    parts.forEach((part, i) => {
      out.set(part, i * size);
    });
    return out;
  };
  const bits = Math.ceil(side ** 2 / 8);
  const images = join(
    crops.map(({ image }) => image),
    3 * side ** 2,
  );
  const masks = join(
    crops.map(({ mask }) => toBits(mask)),
    bits,
  );
  const faces = new Float32Array(count * coefficientCount);
  crops.forEach(({ face }, i) => {
    faces.set(face, i * coefficientCount);
  });
  const bytes = encodeSafetensors(
    {
      images: { dtype: "U8", shape: [count, side, side, 3], values: images },
      masks: { dtype: "U8", shape: [count, bits], values: masks },
      faces: { dtype: "F32", shape: [count, coefficientCount], values: faces },
    },
    { kind: "regressor crops", key },
  );
  await writeFileAtomically(file, bytes);
}

/** The crops of a file, by their numbers. It owns a file handle. */
export interface CropFile {
  readonly count: number;
  readonly side: number;
  read(index: number): Promise<RegressorCrop>;
  close(): Promise<void>;
}

/** @throws InputError one line, where the file is none of ours, cut short or of other settings */
export async function openCrops(file: string, key: string): Promise<CropFile> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(file, "a file of crops", String(error.code));
  });
  try {
    const { header, dataStart } = await readHeaderOf(handle, file);
    const { images, masks, faces, __metadata__: metadata } = header;
    const ours = images && masks && faces && metadata?.kind === "regressor crops";
    if (!ours) throw new InputError(file, "a file of crops", "another safetensors file");
    if (metadata.key !== key) throw new InputError(file, `crops of the settings ${key}`, `${metadata.key}`);
    const [count, side] = images.shape as [number, number];
    const { size } = await stat(file);
    const end = dataStart + Math.max(...[images, masks, faces].map((entry) => entry.data_offsets[1]));
    if (size !== end) throw new InputError(file, `${end} bytes`, `${size}`);
    const part = async (entry: Entry, index: number) => {
      const [start, stop] = entry.data_offsets;
      const length = (stop - start) / count;
      const bytes = new Uint8Array(length);
      await handle.read(bytes, 0, length, dataStart + start + index * length);
      return bytes;
    };
    return {
      count,
      side,
      async read(index) {
        const face = await part(faces, index);
        return {
          image: await part(images, index),
          mask: fromBits(await part(masks, index), side ** 2),
          face: new Float32Array(face.buffer),
        };
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface Entry {
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

type CropHeader = Partial<Record<"images" | "masks" | "faces", Entry>> & {
  readonly __metadata__?: Record<string, string>;
};

/** Reads the head of the file alone; `readHeader` of the library needs the whole file. */
async function readHeaderOf(
  handle: FileHandle,
  file: string,
): Promise<{ header: CropHeader; dataStart: number }> {
  const expected = "a file of crops";
  const first = new Uint8Array(8);
  const { bytesRead } = await handle.read(first, 0, 8, 0);
  const length = bytesRead < 8 ? 0n : new DataView(first.buffer).getBigUint64(0, true);
  if (length < 2n || length > 100_000n) throw new InputError(file, expected, "no safetensors file");
  const text = new Uint8Array(Number(length));
  await handle.read(text, 0, text.length, 8);
  try {
    return { header: JSON.parse(new TextDecoder().decode(text)), dataStart: 8 + text.length };
  } catch {
    throw new InputError(file, expected, "no safetensors file");
  }
}

function toBits(mask: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((value, i) => {
    if (value) out[i >> 3] |= 1 << (i & 7);
  });
  return out;
}

function fromBits(bits: Uint8Array, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (bits[i >> 3] >> (i & 7)) & 1);
}
