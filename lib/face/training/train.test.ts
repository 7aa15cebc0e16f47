import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import type { Random } from "../../base/tensor/random.js";
import { createNetwork } from "../../networks/graph.js";
import { dense } from "../../networks/layers.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { initialParameters, parameterSpecs } from "../../networks/parameters.js";
import type { Terms } from "../metrics/terms.js";
import { hashSettings, readCurves, type Trainee, type TrainingOptions, train } from "./train.js";

const network = createNetwork("line", ({ input, add }) => ({ y: add("dense", dense(1), input("x", [3])) }));
const inputShapes = { x: [4, 3] };

/** Learns y = x₀ + 2 x₁ + 3 x₂ from random points. */
async function createTrainee(
  after?: (step: number) => Terms | undefined,
  validate = async (step: number): Promise<Terms> => ({ seen: step }),
): Promise<Trainee> {
  const parameters = initialParameters(parameterSpecs(network, inputShapes), 1, "he");
  const learner = await createOnnxNetwork({ network, inputShapes, parameters });
  async function step(number: number, random: Random): Promise<Terms> {
    const values = random.normalArray(12);
    const { y } = await learner.forward({ x: { shape: [4, 3], values } });
    const error = y.values.map(
      (value, i) => value - values[3 * i] - 2 * values[3 * i + 1] - 3 * values[3 * i + 2],
    );
    await learner.backward({ y: { shape: [4, 1], values: error.map((e) => e / 2) } });
    await learner.update(0.2);
    return after?.(number) ?? { total: error.reduce((sum, e) => sum + e * e, 0) / 4 };
  }
  return { networks: { line: learner }, step, validate };
}

describe("face/training/train", () => {
  let folder: string;
  before(() => prepareEngine("wasm"));
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "train-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({
    folder,
    steps: 40,
    seed: 3,
    configHash: hashSettings({ rate: 0.05 }),
    resume: false,
    checkpointEvery: 7,
    validateEvery: 10,
    ...more,
  });
  const files = () =>
    Promise.all(["checkpoint.safetensors", "curves.jsonl"].map((name) => readFile(path.join(folder, name))));

  async function run(more: Partial<TrainingOptions> = {}, ...how: Parameters<typeof createTrainee>) {
    const trainee = await createTrainee(...how);
    try {
      return await train(trainee, options(more));
    } finally {
      await trainee.networks.line.dispose();
    }
  }

  it("learns, with a line a step and validations before, between and after", async () => {
    assert.deepEqual(await run(), { step: 40, interrupted: false });
    const lines = await readCurves(path.join(folder, "curves.jsonl"));
    const training = lines.filter(({ kind }) => kind === "training");
    assert.equal(training.length, 40);
    assert.ok(training[39].terms.total < 0.2 * training[0].terms.total);
    const validated = lines.filter(({ kind }) => kind === "validation").map(({ terms }) => terms.seen);
    assert.deepEqual(validated, [0, 10, 20, 30, 40]);
  });

  it("leaves the same files to the bit where it was interrupted at any step and went on", async () => {
    await run();
    const whole = await files();
    for (const at of [0, 3, 7, 39]) {
      const controller = new AbortController();
      const onStep = (done: number) => done > at && controller.abort();
      const { step, interrupted } = await run({ signal: controller.signal, onStep });
      assert.deepEqual([step, interrupted], at < 39 ? [at + 1, true] : [40, false]);
      assert.deepEqual(await run({ resume: true }), { step: 40, interrupted: false });
      assert.deepEqual(await files(), whole, `interrupted after step ${at}`);
    }
  });

  it("goes on from the last checkpoint where it was killed between two, half a line written", async () => {
    await run();
    const whole = await files();
    await assert.rejects(
      run({}, (step) => {
        if (step === 17) throw new Error("killed");
        return undefined;
      }),
    );
    const curves = path.join(folder, "curves.jsonl");
    await writeFile(curves, `${await readFile(curves, "utf8")}{"step":18,"ki`);
    await run({ resume: true });
    assert.deepEqual(await files(), whole);
  });

  it("goes on in the same way where it was killed inside any validation", async () => {
    await run();
    const whole = await files();
    for (const at of [0, 10, 40]) {
      // What a kill leaves on the disk is what an error leaves: neither is answered by a write.
      const killed = run({}, undefined, async (step) => {
        if (step === at) throw new Error("killed");
        return { seen: step };
      });
      await assert.rejects(killed, /killed/);
      await run({ resume: true });
      assert.deepEqual(await files(), whole, `killed in the validation after step ${at}`);
    }
  });

  it("stops at a term that is not finite, names it, and keeps the checkpoint before", async () => {
    const message = "training: the term `image` is NaN at step 9.";
    await assert.rejects(
      run({}, (step) => ({ total: 1, image: step === 9 ? Number.NaN : 1 })),
      { message },
    );
    assert.deepEqual(await run({ resume: true, steps: 8 }), { step: 8, interrupted: false });
  });

  it("stops where a step leaves tensors behind", async () => {
    const kept: tf.Tensor[] = [];
    const leak = (): undefined => void kept.push(tf.scalar(1));
    await assert.rejects(run({}, leak), /^Error: training: step 1 left 1 tensors behind\.$/);
    tf.dispose(kept);
  });

  it("refuses the checkpoint of other settings", async () => {
    await run({ steps: 2 });
    const other = { resume: true, configHash: hashSettings({ rate: 0.1 }) };
    await assert.rejects(
      run(other),
      /checkpoint\.safetensors: should be of the configuration \w+ but is of \w+\.$/,
    );
  });

  it("refuses a checkpoint that is past the end: its weights are of a training that never ran", async () => {
    await run({ steps: 9 });
    await assert.rejects(run({ resume: true, steps: 8 }), {
      name: "FileError",
      message: /checkpoint\.safetensors: should be of at most 8 steps, all of this training, but is of 9\.$/,
    });
  });

  it("refuses curves that do not agree with their checkpoint, instead of going on with a gap", async () => {
    await run({ steps: 9 });
    const curves = path.join(folder, "curves.jsonl");
    const lines = (await readFile(curves, "utf8")).split("\n");
    for (const [text, message] of [
      ["", /should have the 9 steps of the checkpoint beside it, in turn, but has 0 steps\.$/],
      [lines.slice(0, 6).join("\n"), /but has 5 steps\.$/],
      ["null\n{}\n", /but has 0 steps\.$/],
      [[...lines].reverse().join("\n"), /but has another step in line 1\.$/],
    ] as const) {
      await writeFile(curves, text);
      await assert.rejects(run({ resume: true, steps: 12 }), { name: "FileError", message });
      assert.equal(await readFile(curves, "utf8"), text);
    }
    await writeFile(curves, lines.join("\n"));
    assert.deepEqual(await run({ resume: true, steps: 12 }), { step: 12, interrupted: false });
  });
});
