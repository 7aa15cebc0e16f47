import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { checkGradient } from "../../testing/finite-differences.js";
import { registerStandIn, removeStandIn } from "../../testing/tensorflow-stand-in.js";
import { gatherOrZero } from "./gather-or-zero.js";
import { EngineAbsentError } from "./import-optional.js";
import { prepareEngine } from "./prepare-engine.js";
import { whyAbsent } from "./present-engine.js";
import { startCpu, startWasm } from "./start-backends.js";
import { startTensorflow } from "./start-tensorflow.js";

const [gpu, node] = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** Packages by name; others are not installed. */
const importFrom = (packages: Record<string, () => unknown>) => async (name: string) => {
  const load = packages[name];
  if (!load) throw new Error(`Cannot find package '${name}' imported from here`);
  return { default: load() };
};

const start = (packages: Record<string, () => unknown>) => startTensorflow(importFrom(packages));
const prepare = (packages: Record<string, () => unknown>, request: "auto" | "tensorflow" = "tensorflow") =>
  prepareEngine(request, { tensorflow: () => start(packages), wasm: startWasm, cpu: startCpu });

const present = (await whyAbsent("tensorflow")) === undefined;

// Where the package is installed its own backend has the name; then the probes run on it instead.
(present ? describe.skip : describe)("tensorflow, from a stand-in", () => {
  afterEach(async () => {
    await prepareEngine("cpu");
    removeStandIn();
  });

  it("is the best engine where it is installed, and says which package brought it", async () => {
    const report = await prepare({ [node]: registerStandIn }, "auto");
    assert.equal(report.engine, "tensorflow");
    assert.equal(report.package, node);
    assert.equal(
      report.reason,
      `Took tensorflow (the TensorFlow library of ${node} on the processor), because it is the best engine available.`,
    );
  });

  it("prefers the package for graphics processors, and takes the other where that one is broken", async () => {
    assert.equal((await prepare({ [gpu]: registerStandIn, [node]: registerStandIn })).package, gpu);
    const broken = () => {
      throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found\nat path: here");
    };
    assert.equal((await prepare({ [gpu]: broken, [node]: registerStandIn })).package, node);
    await prepareEngine("cpu");
    removeStandIn();
    const message = `${gpu} does not load (The Node.js native addon module (tfjs_binding.node) can not be found)`;
    await assert.rejects(start({ [gpu]: broken }), { name: "Error", message });
  });

  it("names the command that installs it, also where another package stands under its name", async () => {
    for (const packages of [{}, { [node]: () => tf }]) {
      await assert.rejects(start(packages), (error: Error) => {
        const install = `neither ${gpu} nor ${node} is installed: npm install --ignore-scripts=false ${gpu}@4.22.0`;
        assert.ok(error.message.startsWith(install), error.message);
        return error instanceof EngineAbsentError;
      });
    }
    assert.equal((await prepare({}, "auto")).engine, "wasm");
  });

  it("refuses a package for another version of tfjs, and leaves the engine before", async () => {
    await prepareEngine("wasm");
    await assert.rejects(prepare({ [node]: () => registerStandIn("4.10.0") }), {
      message: `prepareEngine: the engine "tensorflow" did not start: ${node} is made for tfjs 4.10.0; npm install --ignore-scripts=false ${node}@4.22.0`,
    });
    assert.equal(tf.getBackend(), "wasm");
    assert.equal(
      (await prepare({ [gpu]: () => registerStandIn("4.10.0"), [node]: registerStandIn })).package,
      node,
    );
  });

  it("runs our operations and their gradients, also on tensors of another engine", async () => {
    await prepareEngine("wasm");
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const indices = tf.tensor1d([2, -1, 2, 0], "int32");
    await prepare({ [node]: registerStandIn });
    const before = tf.memory().numTensors;
    const rows = gatherOrZero(x, indices);
    assert.deepEqual([...(await rows.data())], [5, 6, 0, 0, 5, 6, 1, 2]);
    rows.dispose();
    assert.ok((await checkGradient((one) => gatherOrZero(one, indices).square().mean(), [x])) < 1e-3);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([x, indices]);
  });
});
