/** Grows lashes on the lids, along the strips that the base mesh has for them. */
import type { Random } from "rerenderable";
import type { HeadModel } from "./head.js";
import type { MeshPart } from "./mesh-part.js";
import { ribbons, type Strand } from "./strands.js";

const ofAQuad = 3;
const width = 0.0025;
/** The length of lashes as a share of the strips' own length. */
const share = { upper: 0.7, lower: 0.45 };
/** How far lashes bend at their tips, 10 cm: upper ones up, lower ones down. */
const bend = { upper: 0.03, lower: -0.008 };

/** Height at which the lids meet on the base mesh, model frame. */
const middleOfEye = 0.2;

/** @param vertices the vertices of the strips, fitted to the face, model frame */
export function growLashes({ parts }: HeadModel, vertices: Float32Array, random: Random): MeshPart {
  const { quads, distance, rest } = parts.lashes;
  const strands: Strand[] = [];
  for (const quad of quads) {
    // The two corners nearest to the lid are the roots; the others follow round the quad.
    const nearest = [0, 1, 2, 3].reduce((best, k) =>
      distance[quad[k]] + distance[quad[(k + 1) % 4]] < distance[quad[best]] + distance[quad[(best + 1) % 4]]
        ? k
        : best,
    );
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => 3 * quad[(nearest + k) % 4]);
    for (let i = 0; i < ofAQuad; i++) {
      const t = (i + random.uniform()) / ofAQuad;
      const point = (from: number, to: number, k: number) =>
        vertices[from + k] + t * (vertices[to + k] - vertices[from + k]);
      const root = [0, 1, 2].map((k) => point(a, b, k));
      const upper = rest[a + 1] > middleOfEye;
      if (!upper && (i > 0 || random.uniform() < 0.5)) continue;
      const end = [0, 1, 2].map((k) => point(d, c, k) + (k === 1 ? (upper ? bend.upper : bend.lower) : 0));
      const tip = root.map((value, k) => value + (upper ? share.upper : share.lower) * (end[k] - value));
      const colour = [0.07, 0.055, 0.05];
      strands.push({
        points: Float64Array.from([...root, ...tip]),
        root: colour,
        tip: colour,
        width,
        out: [0, 0, 1],
      });
    }
  }
  return ribbons(strands);
}
