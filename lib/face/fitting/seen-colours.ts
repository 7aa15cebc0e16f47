/**
 * The colours of the skin's points that are seen, beside the picture's, as one term of a least-squares problem: its cost,
 * and its normal equations in all parameters.
 */
import type { RgbImage } from "../../base/image/rgb-image.js";
import type { Camera } from "../../graphics/scene/camera.js";
import type { Matrix } from "../../graphics/scene/light.js";
import { rotationMatrix } from "../../graphics/scene/pose.js";
import { bandCount, lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { pixelX, pixelY } from "../../graphics/scene/viewport.js";
import {
  writePoseColumns,
  writeShapeFactors,
  writeSlopeByNormal,
  writeSlopeByPlace,
} from "./colour-derivatives.js";
import type { NormalEquations } from "./gauss-newton.js";
import { poseCount, rotationDerivative } from "./landmark-problem.js";
import { blockRows, normalMatrix } from "./normal-matrix.js";
import { readPicture } from "./picture-pyramid.js";
import { kept, keptCount, placeSample, writeBands } from "./seen-sample.js";
import type { SurfaceSamples } from "./surface-samples.js";

export interface SeenColoursInput {
  /** A picture of any size of the aligned face. */
  readonly image: RgbImage;
  readonly camera: Camera;
  readonly samples: SurfaceSamples;
  /** How much each sample counts: 0 where it is not seen, [P]. */
  readonly weights: Float64Array;
  /** Expected difference between model and picture, encoded sRGB. */
  readonly noise: number;
  /** Difference, in `noise`, from which a point counts ever less (Cauchy): highlights, and what the mask missed. */
  readonly robustness: number;
}

/** Numbers of a sample's shape (position and two tangents) and of its colour. */
const [shapeRows, colourRows] = [9, 3];
/** Where the scratch space has a sample's albedo, after its shape; in numbers, a multiple of 4. */
const scratchAlbedo = 12;
const bytes = Float32Array.BYTES_PER_ELEMENT;

export interface SeenColours {
  cost(parameters: Float64Array): number;
  /** Root mean square difference from the picture over samples, by their weights; encoded sRGB. */
  residual(parameters: Float64Array): number;
  normalEquations(parameters: Float64Array, active: number): NormalEquations;
}

/** @param pose where the pose begins among the parameters: after light and albedo */
export function seenColours(input: SeenColoursInput, pose: number): SeenColours {
  const { image, camera, samples, weights, noise, robustness } = input;
  const { numbers, loops } = samples.heap;
  const scratch = samples.scratch / bytes;
  const [translation, shape] = [pose + 3, pose + poseCount];
  const seen = Int32Array.from(Array.from(weights.keys()).filter((s) => weights[s] > 0));
  const state = new Float64Array(seen.length * keptCount);
  const errors = new Float64Array(seen.length);
  const focal = camera.focal * (image.width / camera.referenceSize);
  const tau2 = robustness ** 2;
  const phi = new Float64Array(bandCount);
  const read = new Float64Array(9);
  const slopes = { byPlace: new Float64Array(3), byNormal: new Float64Array(3) };
  let last: Float64Array | undefined;

  return {
    cost(p) {
      evaluate(p);
      let sum = 0;
      for (let i = 0; i < seen.length; i++) sum += weights[seen[i]] * tau2 * Math.log1p(errors[i] / tau2);
      return sum;
    },

    residual(p) {
      evaluate(p);
      let [sum, all] = [0, 0];
      for (let i = 0; i < seen.length; i++) {
        sum += weights[seen[i]] * errors[i];
        all += weights[seen[i]];
      }
      return noise * Math.sqrt(sum / (3 * all));
    },

    normalEquations(p, active) {
      evaluate(p);
      const matrix = normalMatrix(active, samples.heap, samples.block);
      matrix.clear();
      const rotation = rotationOf(p);
      const turns = [0, 1, 2].map((axis) => rotationDerivative(p.subarray(pose), axis));
      let filled = 0;
      for (let i = 0; i < seen.length; i++) {
        const weight = Math.sqrt(weights[seen[i]] / (1 + errors[i] / tau2)) / noise;
        const row = matrix.first + filled * matrix.stride;
        writeAppearance(i, weight, row, matrix.stride, active);
        if (active > pose) writeGeometry(i, weight, row, matrix.stride, p, rotation, turns);
        filled += colourRows;
        if (filled === blockRows) {
          matrix.add(filled);
          filled = 0;
        }
      }
      matrix.add(filled);
      return matrix.equations();
    },
  };

  function rotationOf(p: Float64Array) {
    return rotationMatrix([p[pose], p[pose + 1], p[pose + 2]]);
  }

  /** Fills `state` and `errors`. */
  function evaluate(p: Float64Array): void {
    if (last === p) return;
    last = p;
    numbers.set(p.subarray(lightSize, pose), samples.albedoCoefficients / bytes);
    numbers.set(p.subarray(shape), samples.shapeCoefficients / bytes);
    const rotation = rotationOf(p);
    for (let i = 0, o = 0; i < seen.length; i++, o += keptCount) {
      mixModes(seen[i]);
      const mean = shapeRows * seen[i];
      for (let k = 0; k < shapeRows; k++) {
        state[o + kept.position + k] = samples.meanShape[mean + k] + numbers[scratch + k];
      }
      placeSample(state, o, rotation, p, translation, camera.distance);
      errors[i] = compareColours(seen[i], o, p) / noise ** 2;
    }
  }

  /** Writes into the scratch space what the coefficients add to a sample's shape and albedo. */
  function mixModes(s: number): void {
    const { shapes, albedos, shapeModes, shapeCoefficients, albedoModes, albedoCoefficients } = samples;
    const [shapeAt, albedoAt] = [bytes * scratch, bytes * (scratch + scratchAlbedo)];
    loops.dots(shapeModes + bytes * shapeRows * s * shapes, shapeRows, shapes, shapeCoefficients, shapeAt);
    loops.dots(
      albedoModes + bytes * colourRows * s * albedos,
      colourRows,
      albedos,
      albedoCoefficients,
      albedoAt,
    );
  }

  /** Keeps what sample `s` has of colours. @returns the squared difference from the picture over the colours */
  function compareColours(s: number, o: number, p: Float64Array): number {
    const perUnit = focal / state[o + kept.depth];
    const x = pixelX((2 * perUnit * state[o + kept.worldX]) / image.width, image.width);
    const y = pixelY((2 * perUnit * state[o + kept.worldY]) / image.height, image.height);
    readPicture(image, x, y, read);
    writeBands(phi, state, o);
    let error = 0;
    for (let c = 0; c < colourRows; c++) {
      let shading = 0;
      for (let b = 0; b < bandCount; b++) shading += phi[b] * p[c * bandCount + b];
      const albedo = samples.meanAlbedo[colourRows * s + c] + numbers[scratch + scratchAlbedo + c];
      const residual = albedo * shading - read[c];
      error += residual * residual;
      state[o + kept.residual + c] = residual;
      state[o + kept.shading + c] = shading;
      state[o + kept.albedo + c] = albedo;
      state[o + kept.slopeX + c] = read[3 + c] * perUnit;
      state[o + kept.slopeY + c] = -read[6 + c] * perUnit; // pixels have y down
    }
    return error;
  }

  /** A sample's three rows: their columns of light and albedo, and the residual after the last column. */
  function writeAppearance(i: number, weight: number, row: number, stride: number, active: number): void {
    const o = i * keptCount;
    const { albedos, albedoModes } = samples;
    writeBands(phi, state, o);
    for (let c = 0; c < colourRows; c++) {
      const albedo = weight * state[o + kept.albedo + c];
      const to = row + c * stride;
      // Each row has only its own colour of the light: the others stay 0.
      for (let b = 0; b < bandCount; b++) numbers[to + c * bandCount + b] = albedo * phi[b];
      numbers[to + active] = weight * state[o + kept.residual + c];
      numbers[scratch + c] = weight * state[o + kept.shading + c];
    }
    const modes = albedoModes + bytes * colourRows * seen[i] * albedos;
    loops.scale(modes, albedos, bytes * scratch, bytes * (row + lightSize), stride);
  }

  /** The same rows: their columns of pose, identity and expression. */
  function writeGeometry(
    i: number,
    weight: number,
    row: number,
    stride: number,
    p: Float64Array,
    rotation: Matrix,
    turns: readonly Matrix[],
  ): void {
    const o = i * keptCount;
    const { shapes, shapeModes } = samples;
    for (let c = 0; c < colourRows; c++) {
      writeSlopeByPlace(slopes.byPlace, state, o, c, weight);
      writeSlopeByNormal(slopes.byNormal, state, o, p, c * bandCount, weight * state[o + kept.albedo + c]);
      writePoseColumns(numbers, row + c * stride + pose, state, o, slopes, turns);
      writeShapeFactors(numbers, scratch + c * shapeRows, state, o, slopes, rotation);
    }
    const modes = shapeModes + bytes * shapeRows * seen[i] * shapes;
    loops.mix(modes, shapes, bytes * scratch, bytes * (row + shape), stride);
  }
}
