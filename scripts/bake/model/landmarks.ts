/**
 * Chooses the vertices of the 68 landmarks. Eyes and inner lips come from the topology: the rims where the skin meets
 * lids and mouth. The others are calibrated to the detector that the fits use: it looks at renders of the model, and
 * the place where it sees a point is carried back to the mesh, averaged over faces and lights.
 *
 * The detector has habits, on photos as on renders: it sees the corners and lower lids of the eyes 3 px (of 224)
 * above where they are, and the inner lips short. If a fit took its points for those of the lids, every eye would
 * become narrower. So there is a second choice, for fits alone: the vertices where the detector sees all 68.
 */
import * as tf from "@tensorflow/tfjs";
import { createMorphableModel, type MorphableModelData, type Random } from "rerenderable";
import { multiplySparseDense } from "rerenderable/base";
import { mirrorOrder } from "rerenderable/face";
import { observeLandmarks, type Point3 } from "../ict-landmarks/observe-landmarks.js";
import { mirrorTwins } from "./mirror-twins.js";

export interface LandmarkChoice {
  /** [68] */
  readonly landmarks: number[];
  /** The vertices where the detector sees them, [68]. */
  readonly detected: number[];
  /** For each of the 17 jaw points the vertices it may slide over, from the rim inward; [17][candidates]. */
  readonly contours: number[][];
}

const renders = 96;
const candidates = 24;
/**
 * The share of the detector's error at eyes, as renders show it, that photos have too. With all of it, the eyes of
 * fitted photos were 2 px too low and pictures lost 0.4 dB; with none of it, they were up to 2 px too high and too
 * narrow, and the error of landmarks grew by 5 %. Its error at inner lips is the same on photos: with half of it, a
 * third of the faces at rest got a mouth that is open by 0.05 or more, and the points of 60 photos were 0.1 px
 * further off.
 */
const habitWithEyes = 0.5;

/** The drawn vertices where the skin meets lids and mouth. */
export interface Rims {
  readonly lids: readonly number[];
  readonly mouth: readonly number[];
}

export async function chooseLandmarks(
  data: MorphableModelData,
  rims: Rims,
  random: Random,
): Promise<LandmarkChoice> {
  const model = createMorphableModel(data);
  const mean = model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64])).dataSync<"float32">();
  const position = (v: number): Point3 => [mean[3 * v], mean[3 * v + 1], mean[3 * v + 2]];
  model.dispose();
  const { points, seen } = await observeLandmarks(data, renders, random);
  console.log(`landmarks: the detector saw ${seen} of ${renders} renders`);

  const skin = skinVertices(data);
  const drawn = Array.from({ length: data.uvs.length / 2 }, (_, v) => v);
  const onAxis = (v: number) => data.uvs[2 * v] === 0.5;
  const nearest = (p: Point3, among: Iterable<number>) => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (const v of among) {
      const distance = Math.hypot(...position(v).map((c, k) => c - p[k]));
      if (distance < least) [best, least] = [v, distance];
    }
    return best;
  };
  const landmarks = points.map((p, j) => nearest(p, mirrorOrder[j] === j ? skin.filter(onAxis) : skin));
  for (const side of [-1, 1] as const) {
    const lid = rims.lids.filter((v) => Math.sign(mean[3 * v]) === side);
    // Points 36 to 41 lie at negative x (the person's right eye), 42 to 47 at positive x; both from the left.
    pointsOnRim(lid, position, [1 / 3, 2 / 3]).forEach((v, i) => {
      landmarks[(side < 0 ? 36 : 42) + i] = v;
    });
  }
  pointsOnRim(rims.mouth, position, [0.28, 0.5, 0.72]).forEach((v, i) => {
    landmarks[60 + i] = v;
  });
  const falls = jawFall(data);
  const detected = points.map((p, j) => {
    const middle = mirrorOrder[j] === j;
    const lip = j >= 61 && j <= 63 ? 1 : j >= 65 ? -1 : 0;
    // Closed lips touch each other; the upper lip is the one that stays when the jaw falls.
    const allowed = (v: number) => (!middle || onAxis(v)) && (lip === 0 || lip * (0.25 - falls(v)) > 0);
    if (j < 17) return landmarks[j];
    const habit = j < 60 ? habitWithEyes : 1;
    const place = position(landmarks[j]).map((c, k) => c + habit * (p[k] - c)) as unknown as Point3;
    return nearest(place, (lip === 0 && (j < 36 || j > 47) ? skin : drawn).filter(allowed));
  });
  // Exactly symmetric: one half is chosen, the other is its mirror image.
  const twin = mirrorTwins(data, mean);
  for (const chosen of [landmarks, detected]) {
    mirrorOrder.forEach((other, j) => {
      if (other > j) chosen[other] = twin[chosen[j]];
    });
  }
  const contours = landmarks.slice(0, 9).map((v) => slidingPath(data, v, skin));
  for (let j = 9; j < 17; j++) contours.push(contours[16 - j].map((v) => twin[v]));
  return { landmarks, detected, contours };
}

/**
 * Points around a rim as the 68-point scheme orders them: left corner, along the upper side at the given
 * shares of the width, right corner, back along the lower side.
 */
function pointsOnRim(
  rim: readonly number[],
  position: (v: number) => Point3,
  shares: readonly number[],
): number[] {
  const byX = [...rim].sort((a, b) => position(a)[0] - position(b)[0]);
  const [left, right] = [byX[0], byX[byX.length - 1]];
  const [from, to] = [position(left), position(right)];
  // The line between the corners parts upper from lower.
  const above = (v: number) => {
    const share = (position(v)[0] - from[0]) / (to[0] - from[0]);
    return position(v)[1] - (from[1] + share * (to[1] - from[1]));
  };
  const at = (share: number, side: 1 | -1) => {
    const x = from[0] + share * (to[0] - from[0]);
    const half = rim.filter((v) => v !== left && v !== right && above(v) * side > 0);
    return half.reduce((best, v) =>
      Math.abs(position(v)[0] - x) < Math.abs(position(best)[0] - x) ? v : best,
    );
  };
  return [left, ...shares.map((s) => at(s, 1)), right, ...[...shares].reverse().map((s) => at(s, -1))];
}

/** How far each drawn vertex falls as the mouth opens, as a share of the largest fall. */
function jawFall(data: MorphableModelData): (v: number) => number {
  const width = data.meanShape.length;
  const unit = data.expressionNames.indexOf("mouth-open");
  const coarse = data.expressionModes.subarray(unit * width, (unit + 1) * width);
  const fine = data.shapeSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), coarse);
  const most = fine.reduce((least, value, i) => (i % 3 === 1 ? Math.min(least, value) : least), 0);
  return (v) => fine[3 * v + 1] / most;
}

function skinVertices(data: MorphableModelData): number[] {
  const skin = new Set<number>();
  data.skinTriangle.forEach((isSkin, t) => {
    if (isSkin) for (let c = 0; c < 3; c++) skin.add(data.triangles[3 * t + c]);
  });
  return [...skin];
}

/** The vertices from a jaw point toward the middle of the face, at the same height on the parameterisation. */
function slidingPath(data: MorphableModelData, from: number, skin: readonly number[]): number[] {
  const [u, v] = [data.uvs[2 * from], data.uvs[2 * from + 1]];
  return Array.from({ length: candidates }, (_, i) => {
    const along = u + (0.6 * (0.5 - u) * i) / (candidates - 1);
    return skin.reduce((best, w) => {
      const distance = (x: number) => Math.hypot(data.uvs[2 * x] - along, data.uvs[2 * x + 1] - v);
      return distance(w) < distance(best) ? w : best;
    }, from);
  });
}
