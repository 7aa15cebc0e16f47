/** The renderer run backwards: pose, light and albedo of a known head are found again from its pictures. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { adamStep } from "../../networks/adam.js";
import { headMesh } from "../../testing/head-mesh.js";
import type { Vector } from "../scene/light.js";
import { namedLights } from "../scene/named-lights.js";
import { rotationMatrix, transformVertices } from "../scene/pose.js";
import { ambientWhite } from "../scene/spherical-harmonics.js";
import { renderGeometry, renderTextured } from "./render.js";
import { shading } from "./shade/shade.js";
import { vertexNormals } from "./vertex-normals.js";

const size = 64;
const lightOf = (light: readonly number[]) => tf.tensor2d([...light], [1, 27]);

/** Near profile, so that nose, chin and the back of the head are in the outline: it tells all three angles. */
const trueAngles: Vector = [0.15, 0.9, 0.1];

/** Degrees of the turn from one pose to another. */
function degreesBetween(a: Vector, b: Vector): number {
  const [p, q] = [rotationMatrix(a), rotationMatrix(b)];
  const trace = p.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * q[i][j], 0), 0);
  return (Math.acos(Math.min(1, (trace - 1) / 2)) * 180) / Math.PI;
}

/** The pose 30° off in a direction of the three angles. */
function offBy30(direction: Vector): Vector {
  let step = Math.PI / 6;
  const at = () => trueAngles.map((angle, i) => angle + step * direction[i]) as unknown as Vector;
  for (let i = 0; i < 30; i++) step *= 30 / degreesBetween(at(), trueAngles);
  return at();
}

const settings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-12 };

/**
 * Adam with a step that falls to 0 along a cosine.
 * @param gradientAt writes the gradient at the values and returns the loss
 * @returns the loss before every step
 */
function adam(
  values: Float32Array,
  rate: number,
  steps: number,
  gradientAt: (values: Float32Array) => { loss: number; gradient: ArrayLike<number> },
): number[] {
  const [m, v] = [new Float32Array(values.length), new Float32Array(values.length)];
  return Array.from({ length: steps }, (_, step) => {
    const { loss, gradient } = gradientAt(values);
    const stepSize = rate * (0.5 + 0.5 * Math.cos((Math.PI * (step + 1)) / steps));
    adamStep({ w: values, m, v, g: Float32Array.from(gradient) }, settings, stepSize, step + 1);
    return loss;
  });
}

/** Made once: what is known of a list of triangles is kept by its tensor. */
let head: ReturnType<typeof headMesh>;

function headScene(angles: tf.Tensor2D, pixels: number, antialias: boolean) {
  const { vertices, triangles, uvs } = head;
  const posed = transformVertices(vertices, angles, tf.zeros([1, 3]));
  return {
    vertices: posed,
    normals: vertexNormals(posed, triangles),
    triangles,
    uvs,
    size: pixels,
    antialias,
  };
}

/** The head in white on black, and lit from the side with one albedo all over. */
const silhouette = (angles: tf.Tensor2D, antialias: boolean, pixels = size) =>
  renderGeometry(headScene(angles, pixels, antialias)).mask;
const portrait = (angles: tf.Tensor2D, antialias: boolean) =>
  renderTextured(headScene(angles, size, antialias), tf.fill([1, 2, 2, 3], 0.8), lightOf(namedLights.window))
    .image;

const directions: readonly Vector[] = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0.6, -0.6, 0.5],
];

/** @returns degrees from the true pose after the descent */
function recoverPose(
  render: (angles: tf.Tensor2D) => tf.Tensor4D,
  target: tf.Tensor4D,
  start: Vector,
  steps: number,
): number {
  const angles = Float32Array.from(start);
  adam(angles, 0.05, steps, (at) =>
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
        const loss = tf.mean(tf.squaredDifference(render(x as tf.Tensor2D), target));
        return tf.add(loss, tf.mul(tf.sum(x), 0)); // so that a picture without a gradient has one of 0
      })(tf.tensor2d(at, [1, 3]));
      return { loss: value.dataSync()[0], gradient: grad.dataSync() };
    }),
  );
  return degreesBetween(Array.from(angles) as unknown as Vector, trueAngles);
}

describe("the renderer run backwards [wasm]", () => {
  before(async () => {
    await prepareEngine("wasm");
    head = headMesh(4, 0.85);
  });

  after(() => {
    tf.dispose(head);
  });

  it("finds a pose 30° off by the silhouette alone, to a silhouette of 16×16 samples a pixel", () => {
    tf.tidy(() => {
      const fine = silhouette(tf.tensor2d([[...trueAngles]]), false, 16 * size);
      const target = tf.avgPool(fine, 16, 16, "valid");
      for (const direction of directions) {
        const start = offBy30(direction);
        const error = recoverPose((x) => silhouette(x, true), target, start, 100);
        assert.ok(error < 0.5, `${error}° from ${direction}`);
      }
    });
  });

  it("does not move by a silhouette that is not antialiased: its gradient is exactly 0", () => {
    tf.tidy(() => {
      const target = silhouette(tf.tensor2d([[...trueAngles]]), false);
      const start = Array.from(Float32Array.from(offBy30([0, 1, 0]))) as unknown as Vector;
      const error = recoverPose((x) => silhouette(x, false), target, start, 5);
      assert.equal(error, degreesBetween(start, trueAngles));
    });
  });

  for (const [title, antialias] of [
    ["inside hard outlines", false],
    ["with antialiased outlines", true],
  ] as const) {
    // biome-ignore format: cases
    it(`finds a pose 30° off by the shading ${title}`, () => {
      tf.tidy(() => {
        const target = portrait(tf.tensor2d([[...trueAngles]]), antialias);
        for (const direction of directions.slice(3)) {
          const error = recoverPose((x) => portrait(x, antialias), target, offBy30(direction), 100);
          assert.ok(error < 1, `${error}° from ${direction}`);
        }
      });
    });
  }

  it("finds an albedo map and a light together, from one picture under that light and one under a known light", () => {
    tf.tidy(() => {
      const side = 12;
      const { vertices, triangles, uvs } = headScene(tf.zeros([1, 3]), size, false);
      const pair = tf.tile(vertices, [2, 1, 1]);
      const normals = vertexNormals(pair, triangles);
      const scene = { vertices: pair, normals, triangles, uvs, size: 48 };
      const known = lightOf(namedLights.studio);
      const trueAlbedo = Array.from({ length: side * side * 3 }, (_, i) => {
        const [x, y, c] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side), i % 3];
        return [0.7, 0.5, 0.4][c] + 0.15 * Math.sin(0.9 * x + c) * Math.cos(0.7 * y);
      });
      const render = (albedo: tf.Tensor, light: tf.Tensor) => {
        const lights = tf.concat([known, tf.reshape<tf.Rank.R2>(light, [1, 27])], 0);
        return renderTextured(scene, tf.reshape<tf.Rank.R4>(albedo, [1, side, side, 3]), lights);
      };
      const { image: target, mask, fragments } = render(tf.tensor1d(trueAlbedo), lightOf(namedLights.window));
      const count = trueAlbedo.length;
      const values = Float32Array.from([...Array(count).fill(0.5), ...ambientWhite]);
      const split = (at: Float32Array) => [tf.tensor1d(at.slice(0, count)), tf.tensor1d(at.slice(count))];
      const losses = adam(values, 0.1, 200, (at) =>
        tf.tidy(() => {
          const loss = (a: tf.Tensor, l: tf.Tensor) =>
            tf.mean(tf.squaredDifference(render(a, l).image, target)) as tf.Scalar;
          const { value, grads } = tf.valueAndGrads(loss)(split(at));
          return { loss: value.dataSync()[0], gradient: grads.flatMap((g) => [...g.dataSync()]) };
        }),
      );
      // What is seen of both: the albedo's picture under white light, and the light's on a white surface.
      const seen = tf.sum(mask).dataSync()[0];
      const [albedo, light] = split(values);
      const whiteness = lightOf(ambientWhite);
      const flat = (a: tf.Tensor) =>
        renderTextured(scene, tf.reshape(a, [1, side, side, 3]), whiteness).image;
      const pixelNormals = renderGeometry(scene).normals;
      const error = (one: tf.Tensor, other: tf.Tensor) =>
        tf.sum(tf.abs(tf.sub(one, other))).dataSync()[0] / (3 * seen);
      const albedoError = error(flat(albedo), flat(tf.tensor1d(trueAlbedo)));
      const lightError = error(
        shading(pixelNormals, tf.reshape<tf.Rank.R2>(light, [1, 27])),
        shading(pixelNormals, lightOf(namedLights.window)),
      );
      tf.dispose(fragments);
      const [first, last] = [losses[0], losses[losses.length - 1]];
      const curve = losses.filter((_, step) => step % 20 === 0);
      console.log(`      error ${first.toExponential(2)} at first, ${last.toExponential(2)} at last;`);
      console.log(
        `      mean difference of the albedo ${albedoError.toFixed(4)}, of the light's picture ${lightError.toFixed(4)}`,
      );
      assert.ok(
        curve.every((loss, i) => i === 0 || loss < curve[i - 1]),
        `${curve}`,
      );
      assert.ok(last < first / 1000, `${first} to ${last}`);
      assert.ok(albedoError < 0.02 && lightError < 0.02, `albedo ${albedoError}, light ${lightError}`);
    });
  });
});
