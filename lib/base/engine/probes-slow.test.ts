/**
 * Checks which functions each engine of this machine computes as `cpu` and central differences do, and which not,
 * with the reason.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normalTensor, relativeDifference } from "../../testing/compare-backends.js";
import { describeOnEngine } from "../../testing/describe-on-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { type Probe, probes, spacedTensor } from "../../testing/probes.js";
import { type EngineName, engineNames } from "./engine-names.js";
import { prepareEngine } from "./prepare-engine.js";

/** tfjs itself has no gradient of these: the method does without them where it needs a gradient. */
const onNoEngine: Readonly<Record<string, RegExp>> = {
  gatherND: /gradient function not found for GatherNd/,
  scatterND: /gradient function not found for ScatterNd/,
  stridedSlice: /gradient function not found for StridedSlice/,
  "where, on a condition of the input": /gradient function not found for Greater/,
};

/** The functions that one engine lacks besides. */
const notOn: Readonly<Partial<Record<EngineName, Readonly<Record<string, RegExp>>>>> = {
  // The method writes its products as matMul.
  wasm: { einsum: /Kernel 'Einsum' not registered for backend 'wasm'/ },
};

/** The gradients of tfjs that are wrong; the method does without them. */
const wrongOnAll: Readonly<Record<string, string>> = {
  mirrorPad: "it leaves out what was mirrored into the rim",
};

/**
 * The tolerance, relative to the largest number of the result. How exact WGSL's functions are is up to the driver.
 */
const tolerance = (engine: EngineName) => (engine === "webgpu" ? 1e-4 : 1e-5);

/** The probe's value and the gradients of a weighted sum of it, as tensors. */
function compute({ f, gradient }: Probe, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  return tf.tidy(() => {
    const y = f(...inputs);
    if (gradient === false) return [y];
    return [y, ...tf.grads((...xs) => loss(f(...xs)))([...inputs])];
  });
}

function loss(y: tf.Tensor): tf.Scalar {
  return tf.sum(tf.mul(y, normalTensor(y.shape as [number], "weights")));
}

async function valuesOf(probe: Probe): Promise<tf.TypedArray[]> {
  const inputs = probe.inputs.map(spacedTensor);
  try {
    const results = compute(probe, inputs);
    const values = await Promise.all(results.map((result) => result.data()));
    tf.dispose(results);
    return values;
  } finally {
    tf.dispose(inputs);
  }
}

for (const engine of engineNames) {
  await describeOnEngine(engine, `probes on ${engine}`, () => {
    const expected = new Map<string, tf.TypedArray[]>();
    before(async () => {
      // So that even the smallest of its operations run on the graphics processor.
      if (engine === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
      await prepareEngine("cpu");
      for (const probe of probes) {
        if (!onNoEngine[probe.name]) expected.set(probe.name, await valuesOf(probe));
      }
      await prepareEngine(engine);
    });
    after(() => {
      if (engine === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", true);
    });

    for (const probe of probes) {
      const { name, gradient } = probe;
      const reason = notOn[engine]?.[name] ?? onNoEngine[name];
      if (reason) {
        it(`${name}: fails as it did`, () => assert.rejects(valuesOf(probe), reason));
        continue;
      }
      const wrong = wrongOnAll[name];
      const gradients = wrong ? `, a gradient still wrong (${wrong})` : ", and by central differences";
      it(`${name}: as on cpu${gradient === false ? "" : gradients}`, async () => {
        const before = tf.memory().numTensors;
        for (const [i, values] of (await valuesOf(probe)).entries()) {
          const difference = relativeDifference(expected.get(name)![i], values);
          assert.ok(difference <= tolerance(engine), `${i === 0 ? "value" : `gradient ${i}`}: ${difference}`);
        }
        if (gradient !== false) {
          const inputs = probe.inputs.map(spacedTensor);
          const options = { along: "directions", samples: 2, step: 1e-2 } as const;
          const error = await checkGradient((...xs) => loss(probe.f(...xs)), inputs, options);
          if (wrong) assert.ok(error > 0.1, `it is right now: ${error}`);
          else assert.ok(error <= 1e-2, `central differences: ${error}`);
          tf.dispose(inputs);
        }
        assert.equal(tf.memory().numTensors, before, "the tensor count should stay the same");
      });
    }
  });
}
