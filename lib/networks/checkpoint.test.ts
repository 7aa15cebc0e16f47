import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { decodeSafetensors, encodeSafetensors } from "../tensor/safetensors.js";
import { readCheckpoint, readWeights, writeCheckpoint, writeWeights } from "./checkpoint.js";
import { createNetwork, type Network } from "./graph.js";
import { batchNorm, conv } from "./layers.js";
import { initialParameters, type ParameterSpec, parameterSpecs } from "./parameters.js";

function small(filters: number): { network: Network; specs: ParameterSpec[] } {
  const network = createNetwork("small", ({ input, add }) => ({
    y: add("norm", batchNorm(), add("conv", conv({ filters, kernel: 3 }), input("x", [8, 8, 2]))),
  }));
  return { network, specs: parameterSpecs(network, { x: [1, 8, 8, 2] }) };
}
const specsOf = (filters: number) => small(filters).specs;

const specs = specsOf(4);
const parameters = initialParameters(specs, 1, "he");
const moments = Object.fromEntries(
  specs.filter(({ trainable }) => trainable).map(({ name }) => [name, parameters[name]!]),
);
/** Two that are trained together. */
const pair = { generator: small(4), discriminator: small(4) };
const checkpointAt = (step: number) => {
  const optimiser = { step, first: moments, second: moments };
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

describe("checkpoints and weights", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "checkpoint-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("start the same to the bit from the same seed, each parameter on its own", () => {
    assert.deepEqual(initialParameters(specs, 1, "he"), parameters);
    assert.notDeepEqual(initialParameters(specs, 2, "he")["conv.weight"], parameters["conv.weight"]);
  });

  it("come back to the bit, and in half precision to three digits", async () => {
    const file = path.join(folder, "a.safetensors");
    await writeCheckpoint(file, pair, checkpoint);
    assert.deepEqual(await readCheckpoint(file, pair, "abc"), checkpoint);
    await writeWeights(file, "small", specs, parameters);
    assert.deepEqual(await readWeights(file, "small", specs), parameters);
    await writeWeights(file, "small", specs, parameters, "F16");
    for (const [name, values] of Object.entries(await readWeights(file, "small", specs))) {
      values.forEach((value, i) => {
        assert.ok(Math.abs(value - parameters[name]![i]!) <= 1e-3 * Math.abs(parameters[name]![i]!) + 1e-7);
      });
    }
  });

  it("are refused in one line where they are another's, of other shapes, or cut short", async () => {
    const file = path.join(folder, "b.safetensors");
    await writeWeights(file, "small", specs, parameters);
    const refuse = (reading: Promise<unknown>, message: RegExp) => assert.rejects(reading, { message });
    await refuse(
      readWeights(file, "other", specs),
      /^\S+: should be weights of the network "other" but is .*\.$/,
    );
    await refuse(
      readWeights(file, "small", specsOf(5)),
      /^\S+: `conv\.weight` should be floats of shape .*\.$/,
    );
    await refuse(readCheckpoint(file, pair, "abc"), /should be checkpoint of the network "small, small"/);
    await writeCheckpoint(file, pair, checkpoint);
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

  it("outlive a process that is killed while it writes", async () => {
    const file = path.join(folder, "c.safetensors");
    await writeCheckpoint(file, pair, checkpoint);
    const later = path.join(folder, "later.safetensors");
    const next = checkpointAt(6);
    await writeCheckpoint(file, pair, checkpoint);
    await writeCheckpoint(later, pair, next);
    const module = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
    const program = `
      const { writeFileAtomically } = await import(${module("../tensor/atomic-file.ts")});
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
