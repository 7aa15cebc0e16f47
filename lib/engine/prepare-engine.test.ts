import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { type EngineName, prepareEngine } from "./prepare-engine.js";
import { startCpu } from "./start-backends.js";

describe("prepareEngine", () => {
  it("takes wasm by itself and says why", async () => {
    const report = await prepareEngine();
    assert.equal(report.engine, "wasm");
    assert.equal(tf.getBackend(), "wasm");
    assert.match(report.reason, /^Took wasm \(WebAssembly, .*\), because it is the best engine available\.$/);
    assert.equal(report.version, "4.22.0");
    assert.ok(report.threads >= 1);
    assert.equal(typeof report.simd, "boolean");
  });

  it("takes the engine that it is asked for, back and forth, and tensors follow", async () => {
    await prepareEngine("wasm");
    const x = tf.tensor1d([1, 2, 3]);
    for (const engine of ["cpu", "wasm", "wasm", "cpu"] as const) {
      assert.equal((await prepareEngine(engine)).engine, engine);
      assert.equal(tf.getBackend(), engine);
      const sum = tf.sum(x);
      assert.equal((await sum.data())[0], 6);
      sum.dispose();
    }
    x.dispose();
  });

  it("may be called again before it is done", async () => {
    const reports = await Promise.all([prepareEngine("wasm"), prepareEngine("cpu"), prepareEngine("wasm")]);
    assert.deepEqual(
      reports.map(({ engine }) => engine),
      ["wasm", "cpu", "wasm"],
    );
    assert.equal(tf.getBackend(), "wasm");
  });

  it("leaves no tensors", async () => {
    await prepareEngine("wasm");
    const before = tf.memory().numTensors;
    await prepareEngine("wasm");
    assert.equal(tf.memory().numTensors, before);
  });

  it("falls back to cpu where wasm does not start, and says so", async () => {
    const wasm = () => Promise.reject(new Error("no such file"));
    const report = await prepareEngine("auto", { wasm, cpu: startCpu });
    assert.equal(report.engine, "cpu");
    assert.match(report.reason, /^Took cpu \(.*\), because wasm did not start \(no such file\)\.$/);
  });

  it("stops where the engine that was asked for does not start, and keeps the one before", async () => {
    await prepareEngine("cpu");
    const wasm = () => Promise.reject(new Error("no such file"));
    await assert.rejects(prepareEngine("wasm", { wasm }), {
      message: 'prepareEngine: the engine "wasm" did not start: no such file',
    });
    assert.equal(tf.getBackend(), "cpu");
  });

  it("stops where no engine starts", async () => {
    const wasm = () => Promise.reject(new Error("no such file"));
    await assert.rejects(prepareEngine("auto", { wasm }), {
      message: "prepareEngine: no engine starts: wasm did not start (no such file).",
    });
  });

  for (const engine of ["tensorflow", "webgpu"] as const) {
    it(`says that ${engine} is not available in this version, and what is`, async () => {
      await assert.rejects(prepareEngine(engine), {
        message:
          `prepareEngine: the engine "${engine}" is not available in this version; ` +
          'choose one of "auto", "wasm", "cpu".',
      });
    });
  }

  it("refuses an unknown engine", async () => {
    await assert.rejects(prepareEngine("cuda" as EngineName), {
      message: 'prepareEngine: `request` should be one of "auto", "wasm", "cpu" but is "cuda".',
    });
  });
});
