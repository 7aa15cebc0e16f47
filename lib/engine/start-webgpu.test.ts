import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { gatherOrZero } from "./gather-or-zero.js";
import { EngineAbsentError } from "./import-optional.js";
import { prepareEngine } from "./prepare-engine.js";
import { describeOnEngine } from "./present-engine.js";
import { requireRenderingEngine } from "./rendering-engine.js";
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
    await assert.rejects(startWebgpu(importPackage), (error: Error) => {
      assert.equal(error.message, `webgpu is not installed: npm install ${webgpuPackages.join(" ")}`);
      return error instanceof EngineAbsentError;
    });
    const { peerDependencies } = JSON.parse(
      readFileSync(new URL("../package.json", import.meta.url), "utf8"),
    ) as { peerDependencies: Record<string, string> };
    for (const name of webgpuPackages) {
      const [, bare, version] = /^(.+)@(.+)$/.exec(name)!;
      assert.equal(peerDependencies[bare!], version);
    }
  });

  it("says that a package is broken, in one line", async () => {
    const importPackage = () =>
      Promise.reject(new Error("Cannot find module '/a/dawn.node'\nRequire stack:"));
    await assert.rejects(startWebgpu(importPackage), {
      name: "Error",
      message: "webgpu does not load (Cannot find module '/a/dawn.node')",
    });
  });

  it("says that there is no adapter, and what it needs", async () => {
    const dawn = { create: () => ({ requestAdapter: async () => null }), globals: {} };
    await assert.rejects(
      startWebgpu(async () => dawn),
      (error: Error) => {
        assert.match(
          error.message,
          /^WebGPU finds no graphics adapter; it needs a driver for Vulkan \(Linux\)/,
        );
        return error instanceof EngineAbsentError;
      },
    );
  });
});

await describeOnEngine("webgpu", "webgpu", () => {
  beforeEach(() => prepareEngine("webgpu"));

  it("says what it computes on, what it does not do, and whether that is software", async () => {
    const { engine, adapter, reason } = await prepareEngine("webgpu");
    assert.equal(engine, "webgpu");
    assert.ok(adapter);
    assert.match(
      reason,
      /^Took webgpu \((a software adapter, for tests only|the graphics processor): .+\), because/,
    );
    assert.ok(reason.includes(`${adapter}; it runs networks, and the renderer not yet`), reason);
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

  it("stops at what Dawn would only print", async () => {
    const { device } = tf.backend() as unknown as { device: { createBuffer(descriptor: object): void } };
    device.createBuffer({ size: 4, usage: 0 });
    const x = tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]));
    await assert.rejects(x.data(), /^Error: webgpu: .*usage/i);
    assert.equal((await x.data())[0], 40, "an error should be told once");
    x.dispose();
  });

  it("names the operation of ours that does not run on it, and engines that do", () => {
    const x = tf.ones([2, 2]);
    const indices = tf.tensor1d([0], "int32");
    assert.throws(() => gatherOrZero(x, indices), {
      message:
        'GatherOrZero: this does not run on the engine "webgpu" yet; ' +
        'prepare one of "tensorflow", "wasm", "cpu".',
    });
    tf.dispose([x, indices]);
    assert.throws(() => requireRenderingEngine("createReconstructor"), {
      message: /^createReconstructor: this does not run on the engine "webgpu" yet; prepare one of /,
    });
  });

  it("lets the process end by itself", () => {
    const program = `
      import * as tf from "@tensorflow/tfjs";
      const { prepareEngine } = await import("./prepare-engine.ts");
      const { reason } = await prepareEngine("webgpu");
      await prepareEngine("webgpu");
      const x = tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]));
      console.log((await x.data())[0]);
    `;
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    const cwd = fileURLToPath(new URL(".", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd,
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "40\n");
  });
});
