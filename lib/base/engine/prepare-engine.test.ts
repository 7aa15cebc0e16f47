import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { EngineName } from "./engine-names.js";
import { EngineAbsentError } from "./import-optional.js";
import { prepareEngine, type Starters } from "./prepare-engine.js";
import { startCpu, startWasm } from "./start-backends.js";

/** The engines that come with the install. */
const own: Starters = { wasm: startWasm, cpu: startCpu };
const broken = () => Promise.reject(new Error("no such file"));
const absent = () => Promise.reject(new EngineAbsentError("it is not installed"));

describe("prepareEngine", () => {
  it("takes wasm by itself and says why", async () => {
    const report = await prepareEngine("auto", own);
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

  it("passes over what the machine lacks, without a word", async () => {
    const report = await prepareEngine("auto", { ...own, tensorflow: absent });
    assert.equal(report.engine, "wasm");
    assert.match(report.reason, /because it is the best engine available\.$/);
  });

  it("passes over webgpu where results are read at once, even where there is nothing else", async () => {
    const webgpu = () => assert.fail("it should not be started");
    assert.equal((await prepareEngine("auto", { ...own, webgpu })).engine, "wasm");
    await assert.rejects(prepareEngine("auto", { webgpu }), /no engine starts/);
  });

  it("takes webgpu before wasm otherwise, and asks for hardware unless it is named", async () => {
    const asked: boolean[] = [];
    const webgpu: Starters["webgpu"] = ({ byName }) => {
      asked.push(byName);
      return byName ? startCpu() : absent();
    };
    const starters = { ...own, webgpu };
    assert.equal((await prepareEngine("auto", starters, { readsAtOnce: false })).engine, "wasm");
    assert.equal((await prepareEngine("webgpu", starters, { readsAtOnce: false })).engine, "webgpu");
    assert.deepEqual(asked, [false, true]);
    const there = { ...own, webgpu: startCpu };
    assert.equal((await prepareEngine("auto", there, { readsAtOnce: false })).engine, "webgpu");
  });

  it("falls back where what is installed does not start, and says so", async () => {
    const report = await prepareEngine("auto", { tensorflow: broken, wasm: broken, cpu: startCpu });
    assert.equal(report.engine, "cpu");
    const why = "tensorflow did not start (no such file); wasm did not start (no such file)";
    assert.ok(report.reason.endsWith(`because ${why}.`), report.reason);
  });

  it("stops where the engine that was asked for does not start, and keeps the one before", async () => {
    await prepareEngine("cpu");
    await assert.rejects(prepareEngine("wasm", { wasm: broken }), {
      name: "EngineError",
      problem: 'the engine "wasm" did not start: no such file',
      message: 'prepareEngine: the engine "wasm" did not start: no such file',
    });
    assert.equal(tf.getBackend(), "cpu");
    await assert.rejects(prepareEngine("webgpu", { webgpu: absent }), ({ message, cause }: Error) => {
      assert.equal(message, 'prepareEngine: the engine "webgpu" did not start: it is not installed');
      return cause instanceof EngineAbsentError;
    });
    assert.equal(tf.getBackend(), "cpu");
  });

  it("stops where no engine starts", async () => {
    await assert.rejects(prepareEngine("auto", { wasm: broken }), {
      message: "prepareEngine: no engine starts: wasm did not start (no such file).",
    });
  });

  it("refuses an unknown engine", async () => {
    await assert.rejects(prepareEngine("cuda" as EngineName), {
      message:
        'prepareEngine: `request` should be one of "auto", "tensorflow", "webgpu", "wasm", "cpu" but is "cuda".',
    });
  });
});
