/**
 * Cuts the face out of the whole-body mesh: face, inner mouth, lid margins and the visible part of the
 * eyeballs, without ears, scalp and neck. The cut is made twice: coarse quads generously, then the subdivided
 * mesh exactly (see rim.ts).
 */
import type { QuadCorners } from "rerenderable/face";
import type { MakeHuman, Quad } from "./source.js";

export type Part = "face" | "mouth" | "lids" | "eyes";
export const parts: readonly Part[] = ["face", "mouth", "lids", "eyes"];

export interface FaceCut {
  /** Body vertex of each coarse vertex. */
  readonly bodyVertex: readonly number[];
  readonly quads: readonly QuadCorners[];
  readonly part: readonly Part[];
  /** The package's atlas coordinates of each quad, [quads][4][2], origin bottom left. */
  readonly atlas: readonly (readonly (readonly [number, number])[])[];
  /** Rest position of each coarse vertex, [N * 3]. */
  readonly rest: Float64Array;
  /** Mirror image of each coarse vertex about x = 0. */
  readonly mirror: readonly number[];
}

const noseTipUv = 13336;
const innerMouthUv = 12962;
const socketUvs = [5736, 12941];

export function cutFace(source: MakeHuman): FaceCut {
  const { mesh, uvs } = source;
  const v = mesh.vertices;
  const island = uvIslands(mesh.quads, uvs.length / 2);
  const centre = (q: Quad) => [0, 1, 2].map((k) => q.corners.reduce((sum, c) => sum + v[3 * c + k], 0) / 4);
  const inIsland = (q: Quad, uv: number) => q.material === "body" && island(q.uvs[0]) === island(uv);

  const face = mesh.quads.filter(
    (q) =>
      inIsland(q, noseTipUv) &&
      q.corners.some((c) => depthInFace(v[3 * c], v[3 * c + 1], v[3 * c + 2]) > -0.12),
  );
  const cavity = mesh.quads.filter((q) => inIsland(q, innerMouthUv) && centre(q)[2] > 1.15);
  const mouth = [...cavity, ...capCavity(cavity, v)];
  const faceVertices = new Set(face.flatMap((q) => q.corners));
  const socket = mesh.quads.filter((q) => socketUvs.some((uv) => inIsland(q, uv)));
  const lids = grow(socket, faceVertices, 2);
  const eyes = mesh.quads.filter((q) => /^helper-[rl]-eye$/.test(q.material) && centre(q)[2] > 1.2);
  const labelled = (
    [
      ["face", face],
      ["mouth", mouth],
      ["lids", lids],
      ["eyes", eyes],
    ] as const
  ).flatMap(([part, quads]) => quads.map((quad) => ({ part, quad })));

  const bodyVertex = [...new Set(labelled.flatMap(({ quad }) => quad.corners))].sort((a, b) => a - b);
  const index = new Map(bodyVertex.map((body, i) => [body, i]));
  const rest = Float64Array.from(bodyVertex.flatMap((b) => [v[3 * b], v[3 * b + 1], v[3 * b + 2]]));
  return {
    bodyVertex,
    quads: labelled.map(({ quad }) => quad.corners.map((c) => index.get(c)!) as unknown as QuadCorners),
    part: labelled.map(({ part }) => part),
    atlas: labelled.map(({ quad }) => quad.uvs.map((uv) => [uvs[2 * uv], uvs[2 * uv + 1]] as const)),
    rest,
    mirror: mirrorMap(rest),
  };
}

/**
 * About how far inside the face's cut a rest position lies, negative outside: before the ears, below the hair
 * line, above the throat; units of 10 cm.
 */
export function depthInFace(x: number, y: number, z: number): number {
  const beforeEars = z - 0.5 - 0.24 * Math.abs(x);
  const underJaw = z - 0.55 + 1.0 * (y - 6.42);
  const belowHair = 1 - Math.hypot(x / 0.9, (Math.max(y, 7.1) - 7.1) / 0.9);
  return roundedMin(roundedMin(beforeEars, belowHair), underJaw);
}

/** The smaller of two depths, with the corner where they meet rounded over 2 cm. */
function roundedMin(a: number, b: number): number {
  const near = Math.max(0.2 - Math.abs(a - b), 0);
  return Math.min(a, b) - near ** 2 / 0.8;
}

/**
 * Closes the back of the mouth cavity, so that nothing behind the head shows between the lips: strips of quads run
 * from its roof to its floor. If half the rim has an odd number of edges, they fill each half up to the middle.
 */
function capCavity(cavity: readonly Quad[], v: Float64Array): Quad[] {
  const next = new Map<number, number>();
  const edges = new Set(cavity.flatMap((q) => q.corners.map((c, k) => `${c} ${q.corners[(k + 1) % 4]}`)));
  for (const edge of edges) {
    const [a, b] = edge.split(" ").map(Number) as [number, number];
    const behindLips = v[3 * a + 2] + v[3 * b + 2] < 2.5;
    if (behindLips && !edges.has(`${b} ${a}`)) next.set(b, a); // the cap runs against the rim's own direction
  }
  const start = [...next.keys()].reduce((best, c) => (Math.abs(v[3 * c]) < Math.abs(v[3 * best]) ? c : best));
  const rim = [start];
  while (next.get(rim.at(-1)!) !== start) rim.push(next.get(rim.at(-1)!)!);
  const half = rim.length / 2;
  if (half % 2 !== 1)
    throw new Error(`The rim of the mouth cavity should be odd on each side but is ${half}.`);
  const strips = Array.from({ length: (half - 1) / 2 }, (_, i) => [i, i + 1, half - 1 - i, half - i]);
  return [0, half].flatMap((from) =>
    strips.map((strip) => ({
      corners: strip.map((i) => rim[(from + i) % rim.length]) as unknown as Quad["corners"],
      uvs: cavity[0].uvs,
      material: "body",
    })),
  );
}

/** The quads within `rings` steps of a set of vertices. */
function grow(quads: readonly Quad[], from: ReadonlySet<number>, rings: number): Quad[] {
  const reached = new Set(from);
  const chosen = new Set<Quad>();
  for (let ring = 0; ring < rings; ring++) {
    const touched = quads.filter((q) => q.corners.some((c) => reached.has(c)));
    for (const q of touched) {
      chosen.add(q);
    }
    for (const q of touched) for (const c of q.corners) reached.add(c);
  }
  return [...chosen];
}

/** Connected pieces of the texture atlas, by union and find. */
function uvIslands(quads: readonly Quad[], count: number): (uv: number) => number {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root];
    parent[i] = root;
    return root;
  };
  for (const q of quads) {
    if (q.material === "body") for (const uv of q.uvs) parent[find(uv)] = find(q.uvs[0]);
  }
  return find;
}

function mirrorMap(rest: Float64Array): number[] {
  const key = (x: number, y: number, z: number) => [x, y, z].map((c) => Math.round(c * 1e4) + 0).join(" ");
  const count = rest.length / 3;
  const index = new Map<string, number>();
  for (let i = 0; i < count; i++) index.set(key(rest[3 * i], rest[3 * i + 1], rest[3 * i + 2]), i);
  return Array.from({ length: count }, (_, i) => {
    const twin = index.get(key(-rest[3 * i], rest[3 * i + 1], rest[3 * i + 2]));
    if (twin === undefined) throw new Error(`The face cut is not symmetric at vertex ${i}.`);
    return twin;
  });
}
