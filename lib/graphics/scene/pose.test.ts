import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { rotationMatrices, rotationMatrix, transformVertices } from "./pose.js";

/** Deep3D multiplies its three matrices, then row vectors by the transpose. */
function deep3dRotation(x: number, y: number, z: number): number[][] {
  const { cos, sin } = Math;
  const rx = [[1, 0, 0], [0, cos(x), -sin(x)], [0, sin(x), cos(x)]]; // biome-ignore format: a matrix
  const ry = [[cos(y), 0, sin(y)], [0, 1, 0], [-sin(y), 0, cos(y)]]; // biome-ignore format: a matrix
  const rz = [[cos(z), -sin(z), 0], [sin(z), cos(z), 0], [0, 0, 1]]; // biome-ignore format: a matrix
  const product = (a: number[][], b: number[][]) =>
    a.map((row) => [0, 1, 2].map((j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
  return product(product(rz, ry), rx);
}

describe("rotationMatrix", () => {
  it("is R_z R_y R_x, as Deep3D's", () => {
    assertClose(rotationMatrix([0.3, -0.5, 0.7]).flat(), deep3dRotation(0.3, -0.5, 0.7).flat(), 1e-12);
  });

  it("pitches the nose down, yaws it to the viewer's right, rolls the crown to the viewer's left", () => {
    const [nose, crown] = [
      (m: readonly (readonly number[])[]) => m.map((r) => r[2]),
      (m: readonly (readonly number[])[]) => m.map((r) => r[1]),
    ];
    assert.ok(nose(rotationMatrix([0.2, 0, 0]))[1] < 0);
    assert.ok(nose(rotationMatrix([0, 0.2, 0]))[0] > 0);
    assert.ok(crown(rotationMatrix([0, 0, 0.2]))[0] < 0);
  });
});

describeOnEachEngine("pose", () => {
  it("rotationMatrices agrees with the plain version", () => {
    tf.tidy(() => {
      const angles = tf.tensor2d([[0.3, -0.5, 0.7], [0, 0, 0]]); // biome-ignore format: two poses
      const expected = [rotationMatrix([0.3, -0.5, 0.7]), rotationMatrix([0, 0, 0])].flat(2);
      assertClose(rotationMatrices(angles).dataSync(), expected);
    });
  });

  it("transformVertices is R v + t", () => {
    tf.tidy(() => {
      const vertices = tf.tensor3d([[[0.1, 0.2, 0.3], [-1, 0.5, 2]]]); // biome-ignore format: two vertices
      const result = transformVertices(vertices, tf.tensor2d([[0.3, -0.5, 0.7]]), tf.tensor2d([[1, 2, 3]]));
      const rotation = deep3dRotation(0.3, -0.5, 0.7);
      const expected = [
        [0.1, 0.2, 0.3],
        [-1, 0.5, 2],
      ].flatMap((v) => rotation.map((row, i) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2] + i + 1));
      assertClose(result.dataSync(), expected);
    });
  });

  it("has the gradient of its central differences", async () => {
    const random = createRandom(3);
    const inputs = [
      [2, 5, 3],
      [2, 3],
      [2, 3],
    ].map((shape) => tf.tensor(random.normalArray(tf.util.sizeFromShape(shape)), shape));
    const error = await checkGradient(
      (v, a, t) => weightedSum(transformVertices(v as tf.Tensor3D, a as tf.Tensor2D, t as tf.Tensor2D)),
      inputs,
    );
    tf.dispose(inputs);
    assert.ok(error < 2e-3, `error ${error}`);
  });

  it("names a wrong shape and leaves no tensors behind", () => {
    const vertices = tf.zeros<tf.Rank.R3>([1, 4, 3]);
    const angles = tf.zeros<tf.Rank.R2>([1, 3]);
    const wrong = tf.zeros<tf.Rank.R2>([1, 2]);
    const before = tf.memory().numTensors;
    assert.throws(() => transformVertices(vertices, angles, wrong), /transformVertices: `translation`/);
    transformVertices(vertices, angles, angles).dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([vertices, angles, wrong]);
  });
});
