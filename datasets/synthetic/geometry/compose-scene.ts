/** Puts a scene together: a person's head, hair and the things that hide it, posed before the camera. */
import { createRandom, rotationMatrix } from "rerenderable";
import type { SceneRecord } from "../scene/scene-record.js";
import type { SyntheticAssets } from "../synthetic-assets.js";
import { type DecodedFace, decodeFace } from "./decode-face.js";
import { growHair } from "./hair.js";
import { holdHand } from "./hand.js";
import type { HeadModel } from "./head.js";
import { measureHead } from "./head-radius.js";
import { growLashes } from "./lashes.js";
import { areaNormals, joinParts, type MeshPart, type SceneMesh } from "./mesh-part.js";
import { scalpDensity } from "./scalp.js";
import { headParts } from "./skin-parts.js";
import { wearSpectacles } from "./spectacles.js";

export interface ComposedScene {
  /** World frame; the face comes first, in the model's order. */
  readonly mesh: SceneMesh;
  /** Lenses, which are seen through; world frame. */
  readonly lenses: SceneMesh | null;
  readonly face: DecodedFace;
  /** Vertices of the face. */
  readonly faceVertices: number;
  /** Where the eyes look, world frame, unit. */
  readonly eyeAxis: readonly number[];
}

export function composeScene({ data, head, rim }: SyntheticAssets, record: SceneRecord): ComposedScene {
  const { identity, expression, albedo, angles, translation } = record.coefficients;
  const face = decodeFace(data, identity, expression, albedo);
  const { parts, fitted } = headParts(data, head, rim, face, { cloth: record.cloth });
  const { skin, lashes } = fitted.vertices;
  const random = createRandom(record.seeds.person);
  parts.push(growLashes(head, lashes, random.fork("lashes")));
  if (record.hair) {
    tintScalp(
      head,
      parts[1],
      record.hair.colour,
      record.hair.receding,
      record.hair.style === "buzz" ? 0.6 : 0.85,
    );
    const normals = areaNormals(skin, head.parts.skin.triangles);
    const radius = measureHead([face.vertices, skin]);
    parts.push(growHair(head, skin, normals, radius, record.hair, random.fork("strands")));
  }
  if (record.hand) {
    const fingers = createRandom(record.seeds.occluders).fork("fingers");
    parts.push(...holdHand({ ...record.hand, colour: cheekColour(face, data.landmarks) }, fingers));
  }
  const landmarks = Array.from(data.landmarks, (v) => Array.from(face.vertices.slice(3 * v, 3 * v + 3)));
  const spectacles = record.spectacles && wearSpectacles(landmarks, record.spectacles);
  if (spectacles) parts.push(...spectacles.frame);
  const pose = poser(angles, translation);
  const [gx, gy] = record.detail.gaze;
  return {
    mesh: joinParts(parts.map(pose.part)),
    lenses: spectacles ? joinParts([pose.part(spectacles.lenses)]) : null,
    face,
    faceVertices: face.vertices.length / 3,
    eyeAxis: pose.turned([Math.sin(gx), Math.sin(gy), Math.sqrt(1 - Math.sin(gx) ** 2 - Math.sin(gy) ** 2)]),
  };
}

function poser(angles: readonly [number, number, number], translation: readonly number[]) {
  const [a, b, c] = rotationMatrix(angles);
  const turnRows = (rows: Float32Array, shift: readonly number[]) => {
    const out = new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i += 3) {
      const [x, y, z] = [rows[i], rows[i + 1], rows[i + 2]];
      out[i] = a[0] * x + a[1] * y + a[2] * z + shift[0];
      out[i + 1] = b[0] * x + b[1] * y + b[2] * z + shift[1];
      out[i + 2] = c[0] * x + c[1] * y + c[2] * z + shift[2];
    }
    return out;
  };
  return {
    part: (part: MeshPart): MeshPart => ({
      ...part,
      vertices: turnRows(part.vertices, translation),
      ...(part.normals ? { normals: turnRows(part.normals, [0, 0, 0]) } : {}),
    }),
    turned: (v: readonly number[]) => Array.from(turnRows(Float32Array.from(v), [0, 0, 0])),
  };
}

/** Gives the scalp the hair's colour between the roots. */
function tintScalp(
  { skinRest }: HeadModel,
  { colours }: MeshPart,
  colour: readonly number[],
  receding: number,
  share: number,
): void {
  for (let i = 0; i < colours.length; i += 3) {
    const weight = share * scalpDensity(skinRest[i], skinRest[i + 1], skinRest[i + 2], receding);
    for (let k = 0; k < 3; k++) colours[i + k] += weight * (0.65 * colour[k] - colours[i + k]);
  }
}

/** The colour of the skin beside the nose, which hands share. */
function cheekColour({ albedo }: DecodedFace, landmarks: Int32Array): readonly [number, number, number] {
  const places = [31, 35, 28, 2, 14].map((i) => 3 * landmarks[i]);
  return [0, 1, 2].map((k) =>
    Math.min(
      Math.max(
        places.reduce((sum, v) => sum + albedo[v + k] / places.length, 0),
        0.03,
      ),
      0.95,
    ),
  ) as unknown as readonly [number, number, number];
}
