import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { decodeSafetensors, encodeSafetensors } from "../base/tensor/safetensors.js";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { createNetwork, type Network } from "./graph.js";
import { batchNorm, conv } from "./layers.js";
import { initialParameters, type ParameterSpec, parameterSpecs } from "./parameters.js";

function small(filters: number): { network: Network; specs: ParameterSpec[] } {
  const network = createNetwork("small", ({ input, add }) => ({
    y: add("norm", batchNorm(), add("conv", conv({ filters, kernel: 3 }), input("x", [8, 8, 2]))),
  }));
  return { network, specs: parameterSpecs(network, { x: [1, 8, 8, 2] }) };
}
const { specs } = small(4);
const parameters = initialParameters(specs, 1, "he");
const moments = Object.fromEntries(
  specs.filter(({ trainable }) => trainable).map(({ name }) => [name, parameters[name]]),
);
const squares = Object.fromEntries(
  Object.entries(moments).map(([name, values]) => [name, values.map((value) => value * value)]),
);
/** Two that are trained together. */
const pair = { generator: small(4), discriminator: small(4) };
const checkpointAt = (step: number) => {
  const optimiser = { step, first: moments, second: squares };
  return {
    networks: {
      generator: { parameters, optimiser },
      discriminator: { parameters, optimiser: { ...optimiser, step: 2 * step } },
    },
    step,
    configHash: "abc",
  };
};
const checkpoint = checkpointAt(5);

describe("checkpoints", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "checkpoint-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("start the same to the bit from the same seed, each parameter on its own", () => {
    assert.deepEqual(initialParameters(specs, 1, "he"), parameters);
    assert.notDeepEqual(initialParameters(specs, 2, "he")["conv.weight"], parameters["conv.weight"]);
  });

  it("come back to the bit", async () => {
    const file = path.join(folder, "a.safetensors");
    await writeCheckpoint(file, pair, checkpoint);
    assert.deepEqual(await readCheckpoint(file, pair, "abc"), checkpoint);
  });

  it("are refused in one line where they are another's, of other shapes, or cut short", async () => {
    const file = path.join(folder, "b.safetensors");
    const refuse = (reading: Promise<unknown>, message: RegExp) => assert.rejects(reading, { message });
    await writeFile(file, encodeSafetensors({}, { kind: "network" }));
    await refuse(
      readCheckpoint(file, pair, "abc"),
      /^\S+: should be a checkpoint of the network "small, small" but is network\.$/,
    );
    await writeCheckpoint(file, pair, checkpoint);
    const { generator } = pair;
    await refuse(
      readCheckpoint(file, { generator }, "abc"),
      /should be a checkpoint of the network "small" but is one of "small, small"\.$/,
    );
    await refuse(
      readCheckpoint(file, { generator, discriminator: small(5) }, "abc"),
      /^\S+: `discriminator\/\w+\/conv\.weight` should be floats of shape .*\.$/,
    );
    await refuse(readCheckpoint(file, pair, "xyz"), /of the configuration xyz but is of abc\.$/);
    for (const state of [
      "",
      "{}",
      '{"step":-1,"updates":{"generator":1,"discriminator":1}}',
      '{"step":1,"updates":{}}',
    ]) {
      const { metadata, tensors } = decodeSafetensors(await readFile(file), file);
      const other = path.join(folder, "state.safetensors");
      await writeFile(other, encodeSafetensors(tensors, { ...metadata, state }));
      await refuse(readCheckpoint(other, pair, "abc"), /^\S+: its `state` should be the steps made [^\n]+$/);
    }
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length - 9));
    await refuse(readCheckpoint(file, pair, "abc"), /^[^\n]+ is cut short: [^\n]+$/);
  });

  it("are refused where their numbers are impossible: not finite, or a mean of squares below 0", async () => {
    const file = path.join(folder, "d.safetensors");
    await writeCheckpoint(file, pair, checkpoint);
    const { metadata, tensors } = decodeSafetensors(await readFile(file), file);
    for (const [name, value, message] of [
      ["generator/parameter/conv.weight", Number.NaN, /should have finite numbers but has NaN at 2\.$/],
      ["discriminator/first/conv.weight", -Infinity, /should have finite numbers but has -Infinity at 2\.$/],
      ["generator/second/conv.weight", -1e-9, /should be means of squares but is below 0\.$/],
    ] as const) {
      const values = Float32Array.from(tensors[name].values);
      values[2] = value;
      const changed = { ...tensors, [name]: { dtype: "F32" as const, shape: tensors[name].shape, values } };
      await writeFile(file, encodeSafetensors(changed, metadata));
      await assert.rejects(readCheckpoint(file, pair, "abc"), { name: "FileError", message });
    }
  });

  it("outlive a process that is killed while it writes", async () => {
    const file = path.join(folder, "c.safetensors");
    await writeCheckpoint(file, pair, checkpoint);
    const later = path.join(folder, "later.safetensors");
    const next = checkpointAt(6);
    await writeCheckpoint(file, pair, checkpoint);
    await writeCheckpoint(later, pair, next);
    const module = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
    const program = `
      const { writeFileAtomically } = await import(${module("../base/tensor/atomic-file.ts")});
      const { readFileSync } = await import("node:fs");
      const versions = ${JSON.stringify([file, later])}.map((name) => readFileSync(name));
      console.log("writing");
      for (let i = 0; ; i++) await writeFileAtomically(${JSON.stringify(file)}, versions[i % 2]);`;
    const flags = ["--import", "tsx", "--input-type=module", "--eval", program];
    const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await wait(50);
    child.kill("SIGKILL");
    await gone;
    // Whichever was the last to be whole: the one being written, or the one before it.
    const survived = await readCheckpoint(file, pair, "abc");
    assert.deepEqual(survived, survived.step === 6 ? next : checkpoint);
  });
});
