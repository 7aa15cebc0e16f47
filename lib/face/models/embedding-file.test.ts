import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "../../base/tensor/input-error.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { meanEmbedding } from "../../testing/mean-embedding.js";
import type { EmbeddingFacts } from "./embedding-facts.js";
import { loadEmbeddingFile } from "./embedding-file.js";
import { arcFaceTemplate, lightCnnTemplate } from "./embedding-templates.js";
import { loadFaceEmbedding } from "./face-embedding.js";

describe("face/models/embedding-file", () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "embedding-file-"));
    await writeFile(at("mine.onnx"), meanEmbedding(112, 3));
    await writeFile(at("grey.onnx"), meanEmbedding(128, 1));
  });
  after(() => rm(folder, { recursive: true }));

  async function means(facts: EmbeddingFacts, file = "mine.onnx"): Promise<number[]> {
    const { network, parameters, imageSize } = await loadEmbeddingFile(at(file), facts);
    const shape = [1, imageSize, imageSize, 3];
    const engine = await createOnnxNetwork({ network, parameters, inputShapes: { image: shape } });
    const values = Float32Array.from({ length: 3 * imageSize ** 2 }, (_, i) => [0.2, 0.5, 1][i % 3]);
    const { embedding } = await engine.predict({ image: { shape, values } });
    const result = Array.from(embedding.values);
    await engine.dispose();
    return result;
  }
  const close = (actual: readonly number[], expected: readonly number[]) => {
    assert.equal(actual.length, expected.length);
    actual.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]) < 1e-4, `${actual}`);
    });
  };

  it("is read with the JSON beside it, through the same door as the networks of the install", async () => {
    await writeFile(
      at("mine.json"),
      `{ "kind": "arcface", "use": "loss", "licence": "research", "source": "x" }`,
    );
    const { name, imageSize, dimension, template, metric, use, licence, source } = await loadFaceEmbedding(
      at("mine.onnx") as `${string}.onnx`,
    );
    assert.deepEqual(
      { name, imageSize, dimension, metric, use, licence, source },
      {
        name: "mine",
        imageSize: 112,
        dimension: 3,
        metric: "cosine",
        use: "loss",
        licence: "research",
        source: "x",
      },
    );
    assert.deepEqual(template, arcFaceTemplate(112));
  });

  it("prepares its picture as each kind does: colours of 0 to 255, less the mean, over the deviation", async () => {
    close(
      await means({ kind: "arcface" }),
      [0.2, 0.5, 1].map((c) => (255 * c - 127.5) / 127.5),
    );
    close(
      await means({ kind: "evolve" }),
      [0.2, 0.5, 1].map((c) => (255 * c - 127.5) / 128),
    );
    close(await means({ kind: "lightcnn" }, "grey.onnx"), [0.299 * 0.2 + 0.587 * 0.5 + 0.114]);
    close(await means({ kind: "arcface", channels: "bgr", mean: [10, 20, 30] }), [
      (255 - 10) / 127.5,
      (127.5 - 20) / 127.5,
      (51 - 30) / 127.5,
    ]);
  });

  it("says that a licence is not stated, and judges unless told otherwise", async () => {
    const { licence, use, source } = await loadEmbeddingFile(at("mine.onnx"), {});
    assert.deepEqual([licence, use, source], ["not stated", "judge", "mine.onnx"]);
  });

  it("puts LightCNN's eyes 40 px below the edge and the mouth 48 px below them, upright and level", async () => {
    const [right, left, , mouthRight, mouthLeft] = lightCnnTemplate();
    assert.ok(Math.abs((right[1] + left[1]) / 2 - 40) < 1e-9);
    assert.ok(Math.abs((mouthRight[1] + mouthLeft[1]) / 2 - 88) < 1e-9);
    const { template } = await loadEmbeddingFile(at("grey.onnx"), { kind: "lightcnn" });
    assert.deepEqual(template, lightCnnTemplate());
  });

  it("refuses in one line what it cannot use, naming the file and the fact", async () => {
    const refused = (file: string, facts: unknown, pattern: RegExp) =>
      assert.rejects(loadEmbeddingFile(at(file), facts as EmbeddingFacts), (error: unknown) => {
        assert.ok(error instanceof InputError && !error.message.includes("\n"), `${error}`);
        assert.match(error.message, pattern);
        return true;
      });
    await refused(
      "none.onnx",
      { kind: "arcface" },
      /none\.onnx: expected a recognition network.* no such file/,
    );
    await refused("grey.onnx", undefined, /grey\.json: expected .*"kind": "arcface".* no such file/);
    await writeFile(at("grey.json"), "{ kind");
    await refused("grey.onnx", undefined, /grey\.json: expected JSON/);
    await refused(
      "mine.onnx",
      { kind: "facenet" },
      /"kind" to be one of arcface, evolve, lightcnn, got "facenet"/,
    );
    await refused("mine.onnx", { sise: 112 }, /options: expected only kind, .*got "sise"/);
    await refused("mine.onnx", { deviation: 0 }, /"deviation" to be one number above 0/);
    await refused("mine.onnx", { template: [[1, 2]] }, /"template" to be one of .* or five points/);
    await refused("mine.onnx", { kind: "lightcnn" }, /mine\.onnx: .*should have shape \[B, S, S, 1\]/);
    await writeFile(at("text.onnx"), "no network");
    await refused("text.onnx", { kind: "arcface" }, /text\.onnx: expected an ONNX model/);
  });
});
