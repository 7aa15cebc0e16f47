import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { encodeSafetensors } from "../../base/tensor/safetensors.js";
import { multiplySparseDense } from "../../base/tensor/sparse-matrix.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { embeddedModelFrom, loadEmbeddedModel } from "./embedded-model.js";
import {
  createMorphableModel,
  type MorphableModel,
  type MorphableModelData,
  shapeRows,
} from "./morphable-model.js";

const file = new URL("../../assets/face-model.safetensors", import.meta.url);

describe("face/morphable-model/embedded-model", () => {
  let data: MorphableModelData;
  let mean: Float32Array;
  let count: number;

  before(async () => {
    data = await loadEmbeddedModel();
    count = data.uvs.length / 2;
    mean = data.shapeSubdivision.reduce((x, matrix) => multiplySparseDense(matrix, x, 3), data.meanShape);
  });

  it("has 80 identity, 64 expression and 80 albedo coefficients on 35 to 40 thousand vertices", () => {
    const { identityPrior, expressionPrior, albedoPrior, expressionNames } = data;
    assert.deepEqual([identityPrior.size, expressionPrior.size, albedoPrior.size], [80, 64, 80]);
    assert.ok(count >= 35_000 && count <= 40_000, `${count} vertices`);
    assert.equal(mean.length, 3 * count);
    assert.equal(data.skinTriangle.length, data.triangles.length / 3);
    assert.equal(data.identityModes.length, 80 * data.meanShape.length);
    assert.equal(data.expressionModes.length, 64 * data.meanShape.length);
    assert.equal(data.albedoModes.length, 80 * data.meanAlbedo.length);
    assert.equal(new Set(expressionNames).size, 64);
    assert.ok(expressionNames.every((name) => name.length > 0));
  });

  it("has every index in range, uses every vertex, and has no triangle that names a vertex twice", () => {
    const used = new Uint8Array(count);
    for (let t = 0; t < data.triangles.length; t += 3) {
      const corners = data.triangles.subarray(t, t + 3);
      assert.equal(new Set(corners).size, 3, `triangle ${t / 3}`);
      for (const v of corners) used[v] = 1;
    }
    assert.ok(used.every((u) => u === 1));
    assert.equal(used.length, count, "no index beyond the last vertex");
    assert.equal(data.landmarks.length, 68);
    assert.equal(new Set(data.landmarks).size, 68);
    assert.equal(data.contours.length, 17);
    for (const v of [...data.landmarks, ...data.contours.flatMap((path) => [...path])])
      assert.ok(v >= 0 && v < count);
    data.contours.forEach((path, j) => {
      assert.ok(path.includes(data.landmarks[j]), `jaw ${j}`);
    });
    for (const { rows, columns, rowStart, column } of [...data.shapeSubdivision, ...data.albedoSubdivision]) {
      assert.equal(rowStart[rows], column.length);
      assert.ok(column.every((c) => c >= 0 && c < columns));
    }
  });

  it("has no value that is not finite, and priors that make sense", () => {
    const arrays = {
      uvs: data.uvs,
      meanShape: data.meanShape,
      identityModes: data.identityModes,
      expressionModes: data.expressionModes,
      meanAlbedo: data.meanAlbedo,
      albedoModes: data.albedoModes,
    };
    for (const [name, values] of Object.entries(arrays)) assert.ok(values.every(Number.isFinite), name);
    for (const { size, sigma, lower, upper } of [
      data.identityPrior,
      data.expressionPrior,
      data.albedoPrior,
    ]) {
      for (const list of [sigma, lower, upper]) assert.equal(list.length, size);
      for (let i = 0; i < size; i++) {
        assert.ok(
          sigma[i] > 0 && lower[i] <= 0 && upper[i] > 0 && Number.isFinite(upper[i] - lower[i]),
          `${i}`,
        );
      }
    }
  });

  it("stands upright: x right, y up, z forward, 1.5 to 2.1 units high, the nose in front", () => {
    const range = (k: number) => {
      const values = mean.filter((_, i) => i % 3 === k);
      return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    };
    const [low, high] = range(1);
    assert.ok(high - low > 1.5 && high - low < 2.1, `${high - low}`);
    const at = (j: number) => [0, 1, 2].map((k) => mean[3 * data.landmarks[j] + k]);
    assert.ok(at(36)[0] < at(45)[0], "the person's right eye is on the left");
    assert.ok(at(27)[1] > at(57)[1] && at(57)[1] > at(8)[1], "nose bridge above lips above chin");
    assert.ok(range(2)[1] - at(30)[2] < 0.02, "the nose tip is the front");
  });

  it("keeps the mean albedo within [0, 1], skin of a middling tone", () => {
    const albedo = data.albedoSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), data.meanAlbedo);
    assert.ok(albedo.every((value) => value >= 0 && value <= 1));
    const cheek = data.landmarks[2];
    const [red, green, blue] = albedo.subarray(3 * cheek, 3 * cheek + 3);
    assert.ok(red > green && green > blue && red > 0.4 && blue < 0.8, `${red} ${green} ${blue}`);
  });

  it("names a file that is cut short or is something else, in one line", async () => {
    const bytes = await readFile(file);
    const wrong = {
      "short.safetensors": bytes.subarray(0, bytes.length - 1000),
      "empty.safetensors": new Uint8Array(),
      "text.safetensors": new TextEncoder().encode("this is not a model at all"),
      "other.safetensors": encodeSafetensors(
        { x: { dtype: "F32", shape: [1], values: Float32Array.of(1) } },
        {},
      ),
    };
    for (const [name, content] of Object.entries(wrong)) {
      assert.throws(
        () => embeddedModelFrom(content, name),
        (error: Error) => error.message.includes(name) && !error.message.includes("\n"),
        name,
      );
    }
    await assert.rejects(loadEmbeddedModel("no-such-model.safetensors"), /no-such-model\.safetensors/);
  });
});

for (const engine of ["cpu", "wasm"] as const) {
  describe(`morphable-model: decoding the embedded model [${engine}]`, () => {
    let model: MorphableModel;

    before(async () => {
      await prepareEngine(engine);
      model = createMorphableModel(await loadEmbeddedModel());
    });

    after(() => {
      model.dispose();
    });

    const draw = (batch: number, size: number, seed: number) =>
      tf.tensor2d(createRandom(seed).normalArray(batch * size), [batch, size]);

    it("decodeShape(0, 0) is the mean through the subdivision, decodeAlbedo(0) the mean albedo", () => {
      tf.tidy(() => {
        const shape = model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64]));
        const { meanShape, shapeSubdivision, meanAlbedo, albedoSubdivision } = model.data;
        assert.deepEqual(shape.shape, [1, model.vertexCount, 3]);
        assert.deepEqual(
          shape.dataSync(),
          shapeSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), meanShape),
        );
        assert.deepEqual(
          model.decodeAlbedo(tf.zeros([1, 80])).dataSync(),
          albedoSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), meanAlbedo),
        );
      });
    });

    it("is linear: S(a + b, c + d) − S(0, 0) = S(a, c) + S(b, d) − 2 S(0, 0), and so is A", () => {
      tf.tidy(() => {
        const [a, b] = [draw(1, 80, 1), draw(1, 80, 2)];
        const [c, d] = [draw(1, 64, 3), draw(1, 64, 4)];
        const shape = (x: tf.Tensor2D, y: tf.Tensor2D) =>
          tf.sub(model.decodeShape(x, y), model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64])));
        const albedo = (x: tf.Tensor2D) =>
          tf.sub(model.decodeAlbedo(x), model.decodeAlbedo(tf.zeros([1, 80])));
        const off = (left: tf.Tensor, right: tf.Tensor) => tf.max(tf.abs(tf.sub(left, right))).dataSync()[0];
        assert.ok(off(shape(tf.add(a, b), tf.add(c, d)), tf.add(shape(a, c), shape(b, d))) < 1e-5);
        assert.ok(off(albedo(tf.add(a, b)), tf.add(albedo(a), albedo(b))) < 1e-5);
        assert.ok(off(shape(tf.mul(a, -2), tf.mul(c, -2)), tf.mul(shape(a, c), -2)) < 1e-5);
      });
    });

    it("decodes a batch as it decodes each alone", () => {
      tf.tidy(() => {
        const [identity, expression, albedo] = [draw(2, 80, 5), draw(2, 64, 6), draw(2, 80, 7)];
        const row = (x: tf.Tensor2D, i: number) => tf.slice(x, [i, 0], [1, x.shape[1]]);
        const shapes = model.decodeShape(identity, expression);
        const albedos = model.decodeAlbedo(albedo);
        for (const i of [0, 1]) {
          const shape = model.decodeShape(row(identity, i), row(expression, i));
          const colours = model.decodeAlbedo(row(albedo, i));
          for (const [whole, one] of [
            [shapes, shape],
            [albedos, colours],
          ] as const) {
            // biome-ignore format: pairs
            const part = tf.slice(whole, [i, 0, 0], [1, model.vertexCount, 3]);
            assert.ok(tf.max(tf.abs(tf.sub(part, one))).dataSync()[0] < 1e-6);
          }
        }
      });
    });

    it("has the gradient of its central differences, along random directions", async () => {
      const weights = tf.tensor3d(createRandom(8).normalArray(3 * model.vertexCount), [
        1,
        model.vertexCount,
        3,
      ]);
      const inputs = [draw(1, 80, 9), draw(1, 64, 10), draw(1, 80, 11)];
      const sum = (x: tf.Tensor) => tf.mul(tf.sum(tf.mul(x, weights)), 0.01);
      const options = { along: "directions", samples: 4, step: 8 } as const;
      const shape = await checkGradient(
        (identity, expression) => sum(model.decodeShape(identity as tf.Tensor2D, expression as tf.Tensor2D)),
        inputs.slice(0, 2),
        options,
      );
      const albedo = await checkGradient(
        (x) => sum(model.decodeAlbedo(x as tf.Tensor2D)),
        inputs.slice(2),
        options,
      );
      tf.dispose([weights, inputs]);
      assert.ok(shape < 2e-3, `shape ${shape}`);
      assert.ok(albedo < 2e-3, `albedo ${albedo}`);
    });

    it("shapeRows has the same positions as decodeShape, for any vertices", () => {
      const [identity, expression] = [draw(1, 80, 12), draw(1, 64, 13)];
      const vertices = [0, 7, ...model.data.landmarks, model.vertexCount - 1];
      const rows = shapeRows(model.data, vertices);
      const coefficients = [...identity.dataSync(), ...expression.dataSync()];
      assert.equal(rows.modes.length, 144);
      const decoded = tf.tidy(() => model.decodeShape(identity, expression).dataSync());
      vertices.forEach((v, i) => {
        for (let k = 0; k < 3; k++) {
          const plain = coefficients.reduce(
            (sum, c, m) => sum + c * rows.modes[m][3 * i + k],
            rows.mean[3 * i + k],
          );
          assert.ok(
            Math.abs(plain - decoded[3 * v + k]) < 1e-5,
            `vertex ${v}: ${plain} and ${decoded[3 * v + k]}`,
          );
        }
      });
      tf.dispose([identity, expression]);
    });

    it("frees all its tensors on `dispose`", () => {
      const held = tf.memory().numTensors;
      createMorphableModel(model.data).dispose();
      assert.equal(tf.memory().numTensors, held);
    });

    it("names wrong shapes and leaves no tensors behind", () => {
      const [right, wrong, expression] = [draw(1, 80, 1), draw(1, 79, 1), draw(2, 64, 1)];
      const held = tf.memory().numTensors;
      assert.throws(() => model.decodeShape(wrong, expression), /decodeShape: `identity`/);
      assert.throws(() => model.decodeShape(right, expression), /decodeShape: `expression`.*\[2,64\]/);
      assert.throws(() => model.decodeAlbedo(wrong), /decodeAlbedo: `albedo`/);
      model.decodeAlbedo(right).dispose();
      assert.equal(tf.memory().numTensors, held);
      tf.dispose([right, wrong, expression]);
    });
  });
}
