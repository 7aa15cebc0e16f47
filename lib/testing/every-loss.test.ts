/** Checks laws that hold for every loss, on every engine of this machine. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { engineNames } from "../base/engine/engine-names.js";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { relativeDifference } from "./compare-backends.js";
import { describeOnEngine } from "./describe-on-engine.js";
import { everyLoss, type LossCase, uniformTensor } from "./every-loss.js";
import { checkGradient } from "./finite-differences.js";

const inputsOf = ({ inputs }: LossCase) =>
  inputs.map((shape, i) => uniformTensor(shape as tf.ShapeMap[tf.Rank], 41 + i));

/** The value and the gradients, and how many tensors were left behind. */
async function valuesOf(loss: LossCase) {
  const before = tf.memory().numTensors;
  const inputs = inputsOf(loss);
  const { value, grads } = tf.valueAndGrads((...xs) => loss.f(...xs))(inputs);
  const numbers = await Promise.all([value, ...grads].map((tensor) => tensor.data()));
  const { rank } = value;
  tf.dispose([...inputs, value, ...grads]);
  return { numbers, rank, left: tf.memory().numTensors - before };
}

/** The values on cpu, by name. */
const references = new Map<string, readonly tf.TypedArray[]>();

for (const engine of engineNames) {
  await describeOnEngine(engine, `every loss on ${engine}`, () => {
    before(async () => {
      if (references.size > 0) return;
      await prepareEngine("cpu");
      for (const loss of everyLoss) references.set(loss.name, (await valuesOf(loss)).numbers);
      await prepareEngine(engine);
    });

    for (const loss of everyLoss) {
      it(`gives what cpu gives, value and gradients, and leaves nothing behind: ${loss.name}`, async () => {
        const { numbers, rank, left } = await valuesOf(loss);
        assert.deepEqual({ rank, left }, { rank: 0, left: 0 });
        for (const [i, expected] of references.get(loss.name)!.entries()) {
          assert.ok(expected.every(Number.isFinite));
          const difference = relativeDifference(expected, numbers[i]);
          assert.ok(difference < 1e-5, `${difference} in ${i === 0 ? "the value" : `gradient ${i}`}`);
        }
      });

      if (loss.partial || engine === "webgpu") continue; // one by one this takes long there, and the values agree
      it(`has the gradient of its central differences: ${loss.name}`, async () => {
        const inputs = inputsOf(loss);
        const error = await checkGradient((...xs) => loss.f(...xs), inputs, { step: loss.step ?? 1e-2 });
        tf.dispose(inputs);
        assert.ok(error < 1e-2, `error ${error}`);
      });
    }
  });
}
