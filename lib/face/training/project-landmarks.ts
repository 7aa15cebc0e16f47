/**
 * Where the model's points fall in the picture, with the gradient, in plain numbers. Only the rows of the bases that
 * belong to the points are used: 68 points of a batch take 1 ms, decoding the mesh takes 100.
 */

import { type Camera, defaultCamera } from "../../graphics/scene/camera.js";
import type { Matrix, Vector } from "../../graphics/scene/light.js";
import { rotationMatrix } from "../../graphics/scene/pose.js";
import { pixelX, pixelY } from "../../graphics/scene/viewport.js";
import { partStart } from "../models/regressor-units.js";
import { coefficientSizes } from "../morphable-model/coefficients.js";
import { type MorphableModelData, shapeRows } from "../morphable-model/morphable-model.js";

/** Identity and expression stand first, side by side. */
const shapeCount = coefficientSizes.identity + coefficientSizes.expression;

export interface PointProjector {
  /** K. */
  readonly count: number;
  /**
   * Eq. 2 for the points, in the model frame.
   * @param face 257 numbers, of which identity and expression are read
   * @returns [K * 3], units of 10 cm
   */
  shape(face: ArrayLike<number>): Float64Array;
  /**
   * Puts points before the camera.
   * @param shape model frame, [K * 3]
   * @param face 257 numbers, of which the pose is read
   * @returns px at the camera's reference size, [K * 2]
   */
  place(shape: Float64Array, face: ArrayLike<number>): Float64Array;
  /**
   * Adds the gradient of a loss of the placed points.
   * @param pixels its gradient with respect to what `place` gave, [K * 2]
   * @param gradient with respect to the 257 numbers, added to
   * @param throughShape whether identity and expression get a gradient too; else only the pose does
   */
  addGradient(
    shape: Float64Array,
    face: ArrayLike<number>,
    pixels: Float64Array,
    gradient: Float64Array,
    throughShape?: boolean,
  ): void;
}

/** @param vertices that stand for the points, [K] */
export function pointProjector(
  data: MorphableModelData,
  vertices: ArrayLike<number>,
  camera: Camera = defaultCamera,
): PointProjector {
  const count = vertices.length;
  const { mean, modes } = shapeRows(data, vertices);
  const { focal, referenceSize, distance } = camera;
  const scale = focal / (referenceSize / 2);
  return {
    count,
    shape(face) {
      const out = Float64Array.from(mean);
      for (let m = 0; m < shapeCount; m++) {
        const amount = face[m];
        if (amount === 0) continue;
        const mode = modes[m];
        for (let i = 0; i < out.length; i++) out[i] += amount * mode[i];
      }
      return out;
    },
    place(shape, face) {
      const out = new Float64Array(2 * count);
      const rotation = rotationMatrix(anglesOf(face));
      for (let k = 0; k < count; k++) {
        const [x, y, z] = toWorld(rotation, face, shape, k);
        out[2 * k] = pixelX((scale * x) / (distance - z), referenceSize);
        out[2 * k + 1] = pixelY((scale * y) / (distance - z), referenceSize);
      }
      return out;
    },
    addGradient(shape, face, pixels, gradient, throughShape = true) {
      const angles = anglesOf(face);
      const rotation = rotationMatrix(angles);
      const turns = turningAxes(angles);
      const onShape = new Float64Array(3 * count);
      for (let k = 0; k < count; k++) {
        const [x, y, z] = toWorld(rotation, face, shape, k);
        const perUnit = focal / (distance - z);
        const [gx, gy] = [perUnit * pixels[2 * k], -perUnit * pixels[2 * k + 1]]; // pixels have y down
        const world: Vector = [gx, gy, (gx * x + gy * y) / (distance - z)];
        for (let axis = 0; axis < 3; axis++) gradient[partStart.translation + axis] += world[axis];
        // A world point turns about the axis of an angle: dx = axis × (x − t), so its gradient is axis · ((x − t) × g).
        const t = partStart.translation;
        const moment = cross([x - face[t], y - face[t + 1], z - face[t + 2]], world);
        turns.forEach((axis, a) => {
          gradient[partStart.angles + a] += dot(axis, moment);
        });
        onShape.set(turnBack(rotation, world), 3 * k);
      }
      if (throughShape) addShapeGradient(modes, onShape, gradient);
    },
  };
}

/** Adds to identity and expression. @param onShape gradient with respect to the points in the model frame, [K * 3] */
function addShapeGradient(
  modes: readonly ArrayLike<number>[],
  onShape: Float64Array,
  gradient: Float64Array,
): void {
  for (let m = 0; m < shapeCount; m++) {
    const mode = modes[m];
    let sum = 0;
    for (let i = 0; i < onShape.length; i++) sum += mode[i] * onShape[i];
    gradient[m] += sum;
  }
}

/** From the world into the model frame: `Rᵀ v`. */
function turnBack([a, b, c]: Matrix, [x, y, z]: Vector): Vector {
  return [a[0] * x + b[0] * y + c[0] * z, a[1] * x + b[1] * y + c[1] * z, a[2] * x + b[2] * y + c[2] * z];
}

function anglesOf(face: ArrayLike<number>): Vector {
  const at = partStart.angles;
  return [face[at], face[at + 1], face[at + 2]];
}

function toWorld([a, b, c]: Matrix, face: ArrayLike<number>, shape: Float64Array, k: number): Vector {
  const [x, y, z] = [shape[3 * k], shape[3 * k + 1], shape[3 * k + 2]];
  const t = partStart.translation;
  return [
    a[0] * x + a[1] * y + a[2] * z + face[t],
    b[0] * x + b[1] * y + b[2] * z + face[t + 1],
    c[0] * x + c[1] * y + c[2] * z + face[t + 2],
  ];
}

/** The axes in the world about which pitch, yaw and roll turn a point that `R_z R_y R_x` has turned already. */
function turningAxes([, yaw, roll]: Vector): readonly [Vector, Vector, Vector] {
  const [cy, sy, cz, sz] = [Math.cos(yaw), Math.sin(yaw), Math.cos(roll), Math.sin(roll)];
  return [
    [cz * cy, sz * cy, -sy],
    [-sz, cz, 0],
    [0, 0, 1],
  ];
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}
