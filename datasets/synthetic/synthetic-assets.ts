/** The assets of every sample, read once: the embedded face model, the head around it, the flat map. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { MorphableModelData } from "rerenderable";
import { embeddedModelFrom } from "rerenderable/face";
import { createFaceMap, type FaceMap } from "./detail/face-map.js";
import { type HeadModel, headModelFrom } from "./geometry/head.js";
import { faceRim } from "./geometry/skin-parts.js";

export interface SyntheticAssets {
  readonly data: MorphableModelData;
  readonly head: HeadModel;
  readonly map: FaceMap;
  /** `faceRim` of the model. */
  readonly rim: readonly number[];
  /** The digest of the files that the samples depend on: eight hexadecimal digits. */
  readonly digest: string;
}

const modelFile = new URL("../../lib/assets/face-model.safetensors", import.meta.url);
const headFile = new URL("./head.safetensors", import.meta.url);

/** @param uvSize side of the flat map in texels */
export async function loadSyntheticAssets(uvSize = 512): Promise<SyntheticAssets> {
  const [modelBytes, headBytes] = await Promise.all([readFile(modelFile), readFile(headFile)]);
  const data = embeddedModelFrom(modelBytes, String(modelFile));
  const digest = createHash("sha256").update(modelBytes).update(headBytes).digest("hex").slice(0, 8);
  const head = headModelFrom(headBytes, String(headFile));
  return { data, head, map: createFaceMap(data, uvSize), rim: faceRim(data), digest };
}
