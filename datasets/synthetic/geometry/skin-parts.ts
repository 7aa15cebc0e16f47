/** The bare head of a person as parts of a mesh: face, scalp with ears and neck, teeth, tongue, lashes. */
import type { MorphableModelData } from "rerenderable";
import type { DecodedFace } from "./decode-face.js";
import { type FittedHead, fitHead } from "./fit-head.js";
import type { HeadModel } from "./head.js";
import { type MeshPart, plainColours } from "./mesh-part.js";

type Rgb = readonly [number, number, number];

export interface HeadColours {
  /** The colour of the shirt. */
  readonly cloth: Rgb;
}

/** The height at which a shirt's collar begins, model frame. */
const collar = -1.62;

/**
 * @param rim `faceRim` of the model: the head takes the colour of the rim beside it
 * @returns the face first
 */
export function headParts(
  data: MorphableModelData,
  head: HeadModel,
  rim: readonly number[],
  face: DecodedFace,
  { cloth }: HeadColours,
): { parts: MeshPart[]; fitted: FittedHead } {
  const fitted = fitHead(head, face.coarseRest, face.coarse);
  const { skin } = fitted.vertices;
  const inMouth = (part: "upper-teeth" | "lower-teeth" | "tongue", colour: Rgb): MeshPart => ({
    material: part === "tongue" ? "tongue" : "teeth",
    vertices: fitted.vertices[part],
    triangles: head.parts[part].triangles,
    colours: plainColours(fitted.vertices[part].length / 3, colour),
  });
  return {
    fitted,
    parts: [
      { material: "face", vertices: face.vertices, triangles: data.triangles, colours: face.albedo },
      {
        material: "skin",
        vertices: skin,
        triangles: head.parts.skin.triangles,
        colours: skinColours(head, rim, face, cloth),
      },
      inMouth("upper-teeth", [0.79, 0.75, 0.66]),
      inMouth("lower-teeth", [0.72, 0.68, 0.58]),
      inMouth("tongue", [0.62, 0.33, 0.32]),
    ],
  };
}

/**
 * The skin's colours: near the rim its colour, further away a mixture of many rim colours, below the collar cloth.
 */
function skinColours(
  head: HeadModel,
  samples: readonly number[],
  face: DecodedFace,
  cloth: Rgb,
): Float32Array {
  const rest = head.skinRest;
  const colours = new Float32Array(rest.length);
  for (let v = 0; v < rest.length; v += 3) {
    let total = 0;
    const mean = [0, 0, 0];
    for (const s of samples) {
      const squared =
        (face.vertices[s] - rest[v]) ** 2 +
        (face.vertices[s + 1] - rest[v + 1]) ** 2 +
        (face.vertices[s + 2] - rest[v + 2]) ** 2;
      const weight = 1 / (squared + 2e-3) ** 2;
      total += weight;
      for (let k = 0; k < 3; k++) mean[k] += weight * face.albedo[s + k];
    }
    const clothed = rest[v + 1] < collar ? 1 : 0;
    for (let k = 0; k < 3; k++)
      colours[v + k] = clothed ? cloth[k] : Math.min(Math.max(mean[k] / total, 0.02), 0.98);
  }
  return colours;
}

/** Every third vertex of the face's outer edge, as offsets into rows of three. */
export function faceRim({ triangles, uvs }: Pick<MorphableModelData, "triangles" | "uvs">): number[] {
  const edges = new Set<number>();
  const key = (a: number, b: number) => a * 2 ** 20 + b;
  const next = (t: number) => triangles[t - (t % 3) + ((t + 1) % 3)];
  for (let t = 0; t < triangles.length; t++) edges.add(key(triangles[t], next(t)));
  const rim: number[] = [];
  for (let t = 0; t < triangles.length; t++) {
    const v = triangles[t];
    // Eyes and lids have edges too. On the map they lie within the face, or in its lower corners.
    const [u, w] = [uvs[2 * v] - 0.5, uvs[2 * v + 1] - 0.5];
    const outer = Math.hypot(u, w) > 0.3 && !(w > 0.3 && Math.abs(u) > 0.33);
    if (outer && !edges.has(key(next(t), v))) rim.push(3 * v);
  }
  return rim.filter((_, i) => i % 3 === 0);
}
