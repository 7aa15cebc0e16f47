/**
 * The renderer on a mesh of the size of a face: rasterising and its gradient, and the whole way from vertices and maps
 * of 30 channels to a picture, and back. The peer is PyTorch's composition, which is given the visible triangles: it
 * has no rasteriser, so its "render" does less than ours.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine, projectToClip, rasterize } from "rerenderable";
import { Contestant } from "./contestant.js";
import { faceCapScene } from "./face-cap.js";
import { findTorch } from "./find-torch.js";
import type { Measurement, SuiteOptions } from "./measurement.js";
import { type Entry, race } from "./race.js";

const cases = [
  { size: 224, batch: 1 },
  { size: 224, batch: 4 },
  { size: 224, batch: 16 },
  { size: 512, batch: 1 },
  { size: 512, batch: 4 },
];
const tasks = ["rasterise", "rasterise backward", "render", "render+backward"];
/** How many calls come before the timing: V8 compiles a loop with all optimisations after about ten. */
const warmUps = 8;

export async function renderer({ rounds, engines, say }: SuiteOptions): Promise<Measurement[]> {
  const torch = await findTorch();
  if (!torch) say("no PyTorch was found (python3 with torch, or the program named by PYTHON): no peer");
  const racing = engines ?? [...((await hasGraphicsProcessor()) ? ["webgpu"] : []), "wasm", "cpu"];
  const measurements: Measurement[] = [];
  for (const { size, batch } of cases) {
    const subject = `${size}px B${batch}`;
    say(subject);
    const folder = await mkdtemp(path.join(os.tmpdir(), "rerenderable-bench-"));
    try {
      const entries = racing
        .filter((engine) => engine !== "onnx")
        .map((engine) => ({ engine, contestant: ourRenderer(engine, size, batch) }));
      if (torch) {
        await writeScene(folder, size, batch);
        entries.push(torchRenderer(torch, folder, size, batch));
      }
      await checkThatAllAgree(entries);
      const options = { suite: "renderer", subject, tasks, rounds, warmUps, threads: 1 };
      measurements.push(...(await race(entries, { ...options, peer: torch && "torch" })));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return measurements;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function ourRenderer(engine: string, size: number, batch: number): Contestant {
  const args = [file("renderer-contestant.ts"), engine, String(size), String(batch)];
  return new Contestant(process.execPath, ["--import", "tsx", ...args]);
}

function torchRenderer(python: string, folder: string, size: number, batch: number): Entry {
  const args = [file("peers/renderer.py"), folder, String(size), String(batch)];
  const environment = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  return {
    engine: "torch",
    contestant: new Contestant(python, args, environment),
    tasks: tasks.filter((task) => task !== "rasterise"),
  };
}

/** Whether there is an adapter that is not software. */
async function hasGraphicsProcessor(): Promise<boolean> {
  try {
    await prepareEngine("webgpu");
  } catch {
    return false;
  }
  const { adapter } = tf.backend() as { adapter?: { info: { isFallbackAdapter: boolean } } };
  return adapter?.info.isFallbackAdapter === false;
}

/** Writes the scene and its visible triangles as plain numbers, one file a tensor. */
async function writeScene(folder: string, size: number, batch: number): Promise<void> {
  await prepareEngine("cpu");
  const { size: _, ...scene } = faceCapScene(batch, size);
  const clip = projectToClip(scene.vertices);
  const fragments = rasterize(clip, scene.triangles, size, size);
  const tensors = { ...scene, triangleId: fragments.triangleId };
  for (const [name, tensor] of Object.entries(tensors)) {
    const { buffer, byteOffset, byteLength } = await tensor.data();
    await writeFile(path.join(folder, name), new Uint8Array(buffer, byteOffset, byteLength));
  }
  tf.dispose([...Object.values(scene), clip, ...Object.values(fragments)]);
}

/**
 * Checks, before any time is taken, that all agree on the loss and on the norms of its gradients to vertices,
 * normals, albedo and light.
 */
async function checkThatAllAgree(entries: readonly Entry[]): Promise<void> {
  let first: readonly number[] | undefined;
  for (const { engine, contestant } of entries) {
    const { result } = await contestant.ask("check");
    first ??= result!;
    const differences = result!.map((value, i) => Math.abs(value / first![i] - 1));
    if (Math.max(...differences) < 1e-3) continue;
    throw new Error(`renderer: ${engine} computes [${result}], not [${first}] as ${entries[0].engine} does.`);
  }
}
