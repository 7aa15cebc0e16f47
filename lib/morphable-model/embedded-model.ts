/**
 * The model that comes with the install, baked from CC0 sources by `npm run bake-model` (see NOTICE). It is
 * designed variation, not scans: a stand-in for the Basel Face Model of the paper.
 */
import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "../tensor/safetensors.js";
import type { CoefficientPrior, MorphableModelData } from "./morphable-model.js";
import { multiplySparseDense, selectRows } from "./sparse-matrix.js";
import { bilinearSubdivision, catmullClark, type QuadCorners } from "./subdivision.js";

/** @param file a baked model; by default the one in `lib/assets` */
export async function loadEmbeddedModel(
  file: string | URL = new URL("../assets/face-model.safetensors", import.meta.url),
): Promise<MorphableModelData> {
  return embeddedModelFrom(await readFile(file), String(file));
}

/** @param source names the bytes in errors */
export function embeddedModelFrom(bytes: Uint8Array, source: string): MorphableModelData {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const values = (name: string) => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`${source}: expected a baked face model but it has no tensor \`${name}\`.`);
    return tensor.values;
  };
  const floats = (name: string) => values(name) as Float32Array;
  const coarseQuads = asQuads(values("quads"));
  const coarseCount = values("uvs").length / 2;

  const once = catmullClark(coarseQuads, coarseCount);
  const twice = catmullClark(once.quads, once.matrix.rows);
  const kept = values("kept");
  const fineQuads = twice.quads.filter((_, q) => kept[q]);
  const fineParts = twice.quads.map((_, q) => values("part")[q >> 4]).filter((_, q) => kept[q]);
  // Vertices that no kept quad uses are dropped; the rest keep their order.
  const used = new Uint8Array(twice.matrix.rows);
  for (const quad of fineQuads) for (const v of quad) used[v] = 1;
  const vertices = Array.from(used.keys()).filter((v) => used[v]);
  const renumbered = new Int32Array(used.length);
  vertices.forEach((v, i) => {
    renumbered[v] = i;
  });
  const last = selectRows(twice.matrix, vertices);
  const onceUvs = multiplySparseDense(bilinearSubdivision(coarseQuads, coarseCount), floats("uvs"), 2);
  const fineUvs = multiplySparseDense(
    selectRows(bilinearSubdivision(once.quads, once.matrix.rows), vertices),
    onceUvs,
    2,
  );

  const landmarks = tensors.landmarks ? Int32Array.from(values("landmarks")) : new Int32Array(68);
  return {
    name: "embedded",
    triangles: Int32Array.from(
      fineQuads.flatMap(([a, b, c, d]) => [a, b, c, a, c, d].map((v) => renumbered[v])),
    ),
    skinTriangle: Uint8Array.from(fineParts.flatMap((part) => [Number(part === 0), Number(part === 0)])),
    uvs: fineUvs,
    landmarks,
    contours: contoursOf(tensors.contours?.values, landmarks),
    meanShape: floats("mean"),
    identityModes: dequantise(values("identity.modes"), floats("identity.scales")),
    expressionModes: dequantise(values("expression.modes"), floats("expression.scales")),
    shapeSubdivision: [once.matrix, last],
    meanAlbedo: floats("albedo.mean"),
    albedoModes: dequantise(values("albedo.modes"), floats("albedo.scales")),
    albedoSubdivision: [last],
    identityPrior: normalPrior(floats("identity.scales").length),
    expressionPrior: {
      size: floats("expression.sigma").length,
      sigma: floats("expression.sigma"),
      lower: floats("expression.lower"),
      upper: floats("expression.upper"),
    },
    albedoPrior: {
      ...normalPrior(floats("albedo.scales").length),
      lower: floats("albedo.lower"),
      upper: floats("albedo.upper"),
    },
    expressionNames: (metadata.expressionNames ?? "").split(","),
  };
}

function asQuads(corners: ArrayLike<number>): QuadCorners[] {
  return Array.from({ length: corners.length / 4 }, (_, q) => [
    corners[4 * q],
    corners[4 * q + 1],
    corners[4 * q + 2],
    corners[4 * q + 3],
  ]);
}

function contoursOf(flat: ArrayLike<number> | undefined, landmarks: Int32Array): Int32Array[] {
  const width = flat ? flat.length / 17 : 1;
  return Array.from({ length: 17 }, (_, j) =>
    flat ? Int32Array.from({ length: width }, (_, i) => flat[j * width + i]) : landmarks.slice(j, j + 1),
  );
}

function dequantise(integers: ArrayLike<number>, scales: Float32Array): Float32Array {
  const width = integers.length / scales.length;
  return Float32Array.from(integers, (value, i) => value * scales[Math.floor(i / width)]);
}

/** Coefficients in standard deviations, held within three. */
function normalPrior(size: number): CoefficientPrior {
  return {
    size,
    sigma: new Float32Array(size).fill(1),
    lower: new Float32Array(size).fill(-3),
    upper: new Float32Array(size).fill(3),
  };
}
