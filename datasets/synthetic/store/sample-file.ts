/** A sample as one safetensors file: bytes where bytes are exact, 16-bit integers elsewhere; the scene's record as JSON. */
import { createHash } from "node:crypto";
import { type Dtype, decodeSafetensors, encodeSafetensors, type StoredTensor } from "rerenderable/base";
import type { SceneRecord } from "../scene/scene-record.js";
import type { SyntheticSample } from "../synthetic-sample.js";

/** The number of steps from 0 to 1 in maps of 16 bits, which hold ±4; the rounding error is 6e-5. */
const colourSteps = 8192;
const normalSteps = 32767;
/** The number of steps in 10 cm of depth; a step is 0.005 mm. */
const depthSteps = 2000;

/** @param key what the sample depends on; a reader compares it */
export function encodeSample(sample: SyntheticSample, key: string): Uint8Array {
  const { size, uvSize, maps, scene } = sample;
  const pixels = [size, size];
  const colour = [...pixels, 3];
  const coefficients = Object.entries(scene.coefficients).map(
    ([name, values]) => [`coefficients.${name}`, floats(values, [values.length])] as const,
  );
  const tensors: Record<string, StoredTensor> = {
    photo: bytes(sample.photo, colour),
    clean: shorts(maps.clean, colour, colourSteps),
    albedo: shorts(maps.albedo, colour, colourSteps),
    shading: shorts(maps.shading, colour, colourSteps),
    specular: shorts(maps.specular, colour, colourSteps),
    normals: shorts(maps.normals, colour, normalSteps),
    depth: shorts(maps.depth, pixels, depthSteps),
    keyShare: bytes(
      Uint8Array.from(maps.keyShare, (share) => Math.round(255 * share)),
      pixels,
    ),
    skin: bytes(maps.skin, pixels),
    material: bytes(maps.material, pixels),
    landmarks: floats(sample.landmarks, [68, 2]),
    landmarksSeen: bytes(sample.landmarksSeen, [68]),
    light: floats(sample.light, [27]),
    "uv.albedo": bytes(sample.albedo, [uvSize, uvSize, 3]),
    "uv.height": { dtype: "I16", shape: [uvSize, uvSize], values: sample.height },
    "uv.seen": bytes(sample.seenTexels, [uvSize, uvSize]),
    ...Object.fromEntries(coefficients),
  };
  return sealed(tensors, { key, scene: JSON.stringify(scene) });
}

/**
 * @param source names the bytes in errors
 * @param key the key that the sample should have
 * @throws one line, if the bytes are damaged, cut off or of another sample
 */
export function decodeSample(stored: Uint8Array, source: string, key: string): SyntheticSample {
  const { tensors, metadata } = decodeSafetensors(stored, source);
  const { digest, ...rest } = metadata;
  if (rest.key !== key) throw new Error(`${source}: expected the sample ${key} but got ${rest.key}.`);
  const whole = sealed(tensors, rest);
  if (!sameBytes(whole, stored))
    throw new Error(`${source}: expected the bytes of the digest ${digest} but got others.`);
  const read = <T>(name: string) => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`${source}: expected a synthetic sample but it has no tensor \`${name}\`.`);
    return tensor.values as T;
  };
  const unpack = (name: string, steps: number) =>
    Float32Array.from(read<Int16Array>(name), (value) => value / steps);
  const scene = JSON.parse(rest.scene) as SceneRecord;
  return {
    scene,
    size: tensors.photo.shape[0],
    uvSize: tensors["uv.albedo"].shape[0],
    photo: read("photo"),
    maps: {
      clean: unpack("clean", colourSteps),
      albedo: unpack("albedo", colourSteps),
      shading: unpack("shading", colourSteps),
      specular: unpack("specular", colourSteps),
      normals: unpack("normals", normalSteps),
      depth: unpack("depth", depthSteps),
      keyShare: Float32Array.from(read<Uint8Array>("keyShare"), (value) => value / 255),
      skin: read("skin"),
      material: read("material"),
    },
    landmarks: read("landmarks"),
    landmarksSeen: read("landmarksSeen"),
    light: read("light"),
    albedo: read("uv.albedo"),
    height: read("uv.height"),
    seenTexels: read("uv.seen"),
  };
}

/** Adds the digest of the file without it, as safetensors alone would not notice a wrong byte. */
function sealed(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const digest = createHash("sha256").update(encodeSafetensors(tensors, metadata)).digest("hex");
  return encodeSafetensors(tensors, { ...metadata, digest });
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function bytes(values: Uint8Array, shape: number[]): StoredTensor {
  return { dtype: "U8" satisfies Dtype, shape, values };
}

function floats(values: ArrayLike<number>, shape: number[]): StoredTensor {
  return { dtype: "F32" satisfies Dtype, shape, values: Float32Array.from(values) };
}

function shorts(values: Float32Array, shape: number[], steps: number): StoredTensor {
  const rounded = Int16Array.from(values, (value) =>
    Math.round(Math.min(Math.max(value * steps, -32768), 32767)),
  );
  return { dtype: "I16" satisfies Dtype, shape, values: rounded };
}
