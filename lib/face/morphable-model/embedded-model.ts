/**
 * The model that comes with the install, baked from CC0 sources by `npm run bake -- model` (see NOTICE). Its variation
 * is designed, not scanned: it stands in for the Basel Face Model of the paper.
 */
import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "../../base/tensor/safetensors.js";
import {
  mixRows,
  multiplySparseDense,
  type SparseMatrix,
  selectRows,
} from "../../base/tensor/sparse-matrix.js";
import { normalPrior } from "./coefficient-priors.js";
import { bilinearSubdivision, catmullClark, type QuadCorners } from "./mesh/subdivision.js";
import type { MorphableModelData } from "./morphable-model.js";

/** @param file a baked model; by default the one in `lib/assets` */
export async function loadEmbeddedModel(
  file: string | URL = new URL("../../assets/face-model.safetensors", import.meta.url),
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
  const coarseUvs = floats("uvs");
  const once = catmullClark(coarseQuads, coarseUvs.length / 2);
  const twice = catmullClark(once.quads, once.matrix.rows);
  const drawn = drawnMesh(twice.quads, twice.matrix.rows, values("kept"), values("part"));
  // The cut crosses the quads: vertices of the rim slide along edges onto it.
  const rim = { vertex: values("rim.vertex"), toward: values("rim.toward"), share: values("rim.share") };
  const onCut = (matrix: SparseMatrix) => selectRows(mixRows(matrix, rim), drawn.vertices);
  const last = onCut(twice.matrix);
  // Coordinates count from the middle, because mirror images are then rounded in the same way.
  const centred = coarseUvs.map((value) => value - 0.5);
  const onceUvs = multiplySparseDense(bilinearSubdivision(coarseQuads, coarseUvs.length / 2), centred, 2);
  const fineUvs = multiplySparseDense(onCut(bilinearSubdivision(once.quads, once.matrix.rows)), onceUvs, 2);

  // The program that bakes the model renders it before it has chosen these.
  const landmarks = tensors.landmarks ? Int32Array.from(values("landmarks")) : new Int32Array(68);
  return {
    name: "embedded",
    triangles: drawn.triangles,
    skinTriangle: drawn.skinTriangle,
    uvs: fineUvs.map(fromMiddle),
    landmarks,
    detectedLandmarks: Int32Array.from(tensors["landmarks.detected"]?.values ?? landmarks),
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
      size: floats("albedo.scales").length,
      lower: floats("albedo.lower"),
      upper: floats("albedo.upper"),
      sigma: floats("albedo.sigma"),
      spread: floats("albedo.spread"),
    },
    expressionNames: (metadata.expressionNames ?? "").split(","),
    albedoNames: (metadata.albedoNames ?? "").split(","),
  };
}

interface DrawnMesh {
  /** Which vertices of the subdivided mesh are drawn, in their order. */
  readonly vertices: Int32Array;
  /** Of the drawn vertices, [F * 3]. */
  readonly triangles: Int32Array;
  readonly skinTriangle: Uint8Array;
}

/** The kept quads, each as two triangles; vertices that none of them uses are dropped. */
function drawnMesh(
  quads: readonly QuadCorners[],
  vertexCount: number,
  kept: ArrayLike<number>,
  part: ArrayLike<number>,
): DrawnMesh {
  const chosen = quads.flatMap((_, q) => (kept[q] ? [q] : []));
  const number = new Int32Array(vertexCount).fill(-1);
  for (const q of chosen) for (const v of quads[q]) number[v] = 0;
  const vertices = Int32Array.from(number.keys()).filter((v) => number[v] === 0);
  vertices.forEach((v, i) => {
    number[v] = i;
  });
  const triangles = new Int32Array(6 * chosen.length);
  const skinTriangle = new Uint8Array(2 * chosen.length);
  chosen.forEach((q, i) => {
    const [a, b, c, d] = quads[q];
    triangles.set([number[a], number[b], number[c], number[a], number[c], number[d]], 6 * i);
    skinTriangle.fill(Number(part[q >> 4] === 0), 2 * i, 2 * i + 2);
  });
  return { vertices, triangles, skinTriangle };
}

/** Turns a coordinate about 0 into one about 1/2, on a grid on which u and 1 − u are exact in single precision. */
function fromMiddle(offset: number): number {
  const grid = 2 ** 23;
  return 0.5 + (Math.sign(offset) * Math.round(Math.abs(offset) * grid)) / grid;
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
  const out = new Float32Array(integers.length);
  for (let m = 0, i = 0; m < scales.length; m++) {
    const scale = scales[m];
    for (const end = i + width; i < end; i++) out[i] = integers[i] * scale;
  }
  return out;
}
