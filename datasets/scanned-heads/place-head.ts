/**
 * Finds where a scanned head's face is, how large and how turned: the head is drawn, the project's detector looks for
 * its face, and the face's points on the surface are carried onto those of the model's mean face. What is known may be
 * given.
 */
import * as tf from "@tensorflow/tfjs";
import {
  coefficientTensors,
  type FaceDetector,
  InputError,
  type MorphableModel,
  namedLights,
  neutralCoefficients,
  type Point,
  rotationMatrix,
  type Vector,
} from "rerenderable";
import { innerLandmarks } from "rerenderable/face";
import { deviceX, deviceY, type LightSource, type Matrix } from "rerenderable/graphics";
import { alignPoints, carry, type Similarity3 } from "./align-points.js";
import { drawHead, photoCamera, poseHead } from "./pose-head.js";
import type { ScannedHead } from "./scanned-head.js";

/** What is known of a head's frame; the rest is found. */
export interface KnownPlacement {
  /** Model units (10 cm) a unit of the file. */
  readonly scale?: number;
  /** The turn that makes the head look at the viewer: pitch, yaw, roll in radians (`rotationMatrix`). */
  readonly turn?: Vector;
}

/**
 * Above it the search ends. Faces on their head, and upside-down textures whose eyebrows pass for a mouth, score up to
 * 0.94; the right way round both heads that this was tried on score 0.998.
 */
const sureScore = 0.98;
const [roughSize, fineSize] = [256, 512];
/** Most of the picture, which shows 2.9 units. */
const roughExtent = 2.5;

export interface PlacedHead {
  readonly head: ScannedHead;
  /** From the head's own frame to that of the model. */
  readonly placement: Similarity3;
}

/**
 * @param ways a head, or one head read in several ways, of which that with the surest face is taken
 * @throws InputError one line, if the detector finds no face in any turn of 90°
 */
export async function placeHead(
  ways: readonly ScannedHead[],
  model: MorphableModel,
  detector: FaceDetector,
  { scale, turn }: KnownPlacement = {},
): Promise<PlacedHead> {
  const rotation = turn && rotationMatrix(turn);
  const face = await meanFacePoints(model);
  const { head, ...rough } = await roughPlacement(ways, detector, rotation ? [rotation] : rightAngles());
  let { placement } = rough;
  // From the rough place the face may be seen small or at an angle; the second look is at the face as photos show it.
  for (const size of [fineSize, fineSize]) {
    const places = await seenPoints(head, placement, detector, size);
    const seen = innerLandmarks.filter((k) => places[k] !== undefined);
    placement = alignPoints(
      seen.map((k) => places[k]!),
      seen.map((k) => face[k]),
      { scale, rotation },
    );
  }
  return { head, placement };
}

/** The 68 points where the detector sees them on the mean face, model frame, 10 cm. */
async function meanFacePoints(model: MorphableModel): Promise<readonly Vector[]> {
  const { landmarks, detectedLandmarks = landmarks } = model.data;
  const shape = tf.tidy(() => {
    const { identity, expression } = coefficientTensors([neutralCoefficients()]);
    return model.decodeShape(identity, expression);
  });
  const vertices = await shape.data<"float32">();
  shape.dispose();
  return Array.from(
    detectedLandmarks,
    (v): Vector => [vertices[3 * v], vertices[3 * v + 1], vertices[3 * v + 2]],
  );
}

/** The first turn in which a face is sure, else the surest; the head fills the picture. */
async function roughPlacement(
  ways: readonly ScannedHead[],
  detector: FaceDetector,
  turns: readonly Matrix[],
): Promise<PlacedHead> {
  let best: (PlacedHead & { readonly score: number }) | undefined;
  for (const rotation of turns) {
    // The ways differ in their colours alone.
    const placement = fillPicture(ways[0], rotation);
    const { mesh, bvh } = poseHead(ways[0], placement);
    for (const head of ways) {
      const posed = { mesh: { ...mesh, albedo: head.albedo }, bvh };
      const { image } = drawHead(posed, soft, roughSize, 1);
      const [score = 0] = (await detector.findBoxes(image)).map((box) => box.score);
      if (score > (best?.score ?? 0)) best = { head, placement, score };
    }
    if (best && best.score >= sureScore) break;
  }
  if (best) return best;
  const expected = `a head whose face the detector finds, at one of ${turns.length} turns (\`turn\` in the settings gives one)`;
  throw new InputError(ways[0].name, expected, "no face");
}

function fillPicture({ vertices }: ScannedHead, rotation: Matrix): Similarity3 {
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  vertices.forEach((value, i) => {
    low[i % 3] = Math.min(low[i % 3], value);
    high[i % 3] = Math.max(high[i % 3], value);
  });
  const scale = roughExtent / Math.max(...high.map((value, i) => value - low[i]));
  const centre = low.map((value, i) => (value + high[i]) / 2) as unknown as Vector;
  const [x, y, z] = carry({ scale, rotation, translation: [0, 0, 0] }, centre);
  return { scale, rotation, translation: [-x, -y, -z] };
}

/** The face's 68 points on the surface, in the head's own frame; undefined where the picture is empty. */
async function seenPoints(
  head: ScannedHead,
  placement: Similarity3,
  detector: FaceDetector,
  size: number,
): Promise<readonly (Vector | undefined)[]> {
  const { image, rendering } = drawHead(poseHead(head, placement), soft, size, 1);
  const [face] = await detector.findBoxes(image);
  if (!face) throw new InputError(head.name, "a head whose face the detector finds", "no face");
  const points = await detector.locatePoints(image, face.box);
  return points.map((point) => {
    const world = surfaceAt(point, rendering.depth, size);
    return world && carryBack(placement, world);
  });
}

/** The surface that a pixel shows, world frame. */
function surfaceAt([x, y]: Point, depths: Float32Array, size: number): Vector | undefined {
  const { focal, referenceSize, distance } = photoCamera;
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (!(column >= 0 && row >= 0 && column < size && row < size)) return undefined;
  const depth = depths[row * size + column];
  const slope = (depth * referenceSize) / 2 / focal;
  return depth > 0 ? [slope * deviceX(x, size), slope * deviceY(y, size), distance - depth] : undefined;
}

function carryBack({ scale, rotation, translation }: Similarity3, point: Vector): Vector {
  const moved = point.map((value, i) => (value - translation[i]) / scale);
  // The inverse of a rotation is its transpose.
  return [0, 1, 2].map((i) =>
    rotation.reduce((sum, row, j) => sum + row[i] * moved[j], 0),
  ) as unknown as Vector;
}

/** Soft light shows the shape, which flat colours of a scan may not. */
const soft: readonly LightSource[] = [{ kind: "harmonics", light: namedLights.studio }];

/** The 24 turns by right angles, the file's own first, then that of files whose z points up. */
function rightAngles(): Matrix[] {
  const quarters = [0, -1, 1, 2].map((k) => (k * Math.PI) / 2);
  const turns = new Map<string, Matrix>();
  for (const yaw of quarters)
    for (const pitch of quarters)
      for (const roll of quarters) {
        const matrix = rotationMatrix([pitch, yaw, roll]).map((row) =>
          row.map(Math.round),
        ) as unknown as Matrix;
        // −0 and 0 are one.
        const key = matrix
          .flat()
          .map((value) => value + 0)
          .join();
        if (!turns.has(key)) turns.set(key, matrix);
      }
  return [...turns.values()];
}
