import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { describeOnEngine } from "../../testing/describe-on-engine.js";
import { defineOp } from "./define-op.js";
import { EngineAbsentError } from "./import-optional.js";
import { prepareEngine } from "./prepare-engine.js";
import { startWebgpu, webgpuPackages } from "./start-webgpu.js";

describe("webgpu, where it cannot be had", () => {
  // A start that succeeded earlier in the process would hide what is absent.
  const factory = () => tf.engine().registryFactory;
  let registered: unknown;
  beforeEach(() => {
    registered = factory().webgpu;
    delete factory().webgpu;
  });
  afterEach(() => {
    if (registered) Object.assign(factory(), { webgpu: registered });
  });

  it("names the command that installs it", async () => {
    const importPackage = (name: string) =>
      Promise.reject(new Error(`Cannot find package '${name}' imported`));
    await assert.rejects(startWebgpu({ importPackage }), (error: Error) => {
      assert.equal(error.message, `webgpu is not installed: npm install ${webgpuPackages.join(" ")}`);
      return error instanceof EngineAbsentError;
    });
    const { peerDependencies } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    ) as { peerDependencies: Record<string, string> };
    for (const name of webgpuPackages) {
      const [, bare, version] = /^(.+)@(.+)$/.exec(name)!;
      assert.equal(peerDependencies[bare], version);
    }
  });

  it("says that a package is broken, in one line", async () => {
    const importPackage = () =>
      Promise.reject(new Error("Cannot find module '/a/dawn.node'\nRequire stack:"));
    await assert.rejects(startWebgpu({ importPackage }), {
      name: "Error",
      message: "webgpu does not load (Cannot find module '/a/dawn.node')",
    });
  });

  it("says that there is no adapter, and what it needs", async () => {
    const dawn = { create: () => ({ requestAdapter: async () => null }), globals: {} };
    await assert.rejects(startWebgpu({ importPackage: async () => dawn }), (error: Error) => {
      assert.match(
        error.message,
        /^WebGPU finds no graphics adapter; it needs a driver for Vulkan \(Linux\)/,
      );
      return error instanceof EngineAbsentError;
    });
  });
});

await describeOnEngine("webgpu", "webgpu", () => {
  beforeEach(() => prepareEngine("webgpu"));

  it("says what it computes on, and whether that is software", async () => {
    const { engine, adapter, reason } = await prepareEngine("webgpu");
    assert.equal(engine, "webgpu");
    assert.ok(adapter);
    assert.match(
      reason,
      /^Took webgpu \((a software adapter, for tests only|the graphics processor): .+\), because/,
    );
    assert.ok(reason.includes(adapter), reason);
  });

  it("is not taken without its name where it is software", async () => {
    const { reason } = await prepareEngine("webgpu");
    const own = { webgpu: (demand: { byName: boolean }) => startWebgpu({ software: demand.byName }) };
    const taking = () => prepareEngine("auto", own, { readsAtOnce: false });
    if (reason.includes("a software adapter")) {
      await assert.rejects(startWebgpu({ software: false }), EngineAbsentError);
      await assert.rejects(taking(), /no engine starts/);
    } else {
      assert.equal((await taking()).engine, "webgpu");
    }
  });

  it("takes over tensors and hands them on, wherever their values are", async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const kept = tf.square(x);
    for (const engine of ["wasm", "webgpu", "webgpu", "cpu", "webgpu", "wasm"] as const) {
      await prepareEngine(engine);
      const sum = tf.sum(tf.add(kept, x));
      assert.equal((await sum.data())[0], 20, engine);
      sum.dispose();
    }
    await prepareEngine("webgpu");
    const onGpu = tf.mul(kept, tf.scalar(2));
    await prepareEngine("wasm");
    assert.deepEqual([...onGpu.dataSync()], [2, 8, 18]);
    tf.dispose([x, kept, onGpu]);
  });

  it("leaves no tensors and no navigator.gpu", async () => {
    const before = tf.memory().numTensors;
    await prepareEngine("cpu");
    await prepareEngine("webgpu");
    assert.equal(tf.memory().numTensors, before);
    assert.equal((globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu, undefined);
  });

  it("says how to read a tensor that is not here", async () => {
    const x = tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]));
    assert.throws(() => x.dataSync(), /"webgpu" cannot read a tensor at once .* `await tensor\.data\(\)`/);
    assert.equal((await x.data())[0], 40);
    assert.equal(x.dataSync()[0], 40);
    x.dispose();
  });

  it("reads at once what was made from numbers", async () => {
    const x = tf.tensor1d([3, 1, 2], "int32");
    const onGpu = tf.tidy(() => tf.gather(tf.range(0, 2000), x));
    assert.deepEqual([...(await onGpu.data())], [3, 1, 2]);
    assert.deepEqual([...x.dataSync()], [3, 1, 2]);
    // A kernel may write into a tensor that was made from numbers.
    const at = tf.tensor2d([[1]], [1, 1], "int32");
    const updated = tf.tidy(() => tf.tensorScatterUpdate(tf.range(0, 2000), at, tf.tensor1d([9])));
    assert.deepEqual([...(await updated.data())].slice(0, 3), [0, 9, 2]);
    tf.dispose([x, onGpu, at, updated]);
  });

  it("stops at what Dawn would only print", async () => {
    const { device } = tf.backend() as unknown as { device: { createBuffer(descriptor: object): void } };
    device.createBuffer({ size: 4, usage: 0 });
    const x = tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]));
    await assert.rejects(x.data(), /^Error: webgpu: .*usage/i);
    assert.equal((await x.data())[0], 40, "an error should be told once");
    x.dispose();
  });

  it("names an operation that has no shaders, and engines for it", () => {
    const outputs = () => [{ shape: [1], dtype: "float32" } as const];
    const withoutShaders = defineOp({ name: "OnlyALoop", inputs: ["x"], outputs, run: () => {} });
    const x = tf.ones([1]);
    assert.throws(() => withoutShaders([x], {}), {
      message:
        'OnlyALoop: this does not run on the engine "webgpu" yet; prepare one of "tensorflow", "wasm", "cpu".',
    });
    x.dispose();
  });
});
