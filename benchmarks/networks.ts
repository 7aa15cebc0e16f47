/** The detail refiner at the size of each preset: a training step and an inference on our engines and in PyTorch. */
import { fileURLToPath } from "node:url";
import { Contestant } from "./contestant.js";
import { findTorch } from "./find-torch.js";
import type { Measurement, SuiteOptions } from "./measurement.js";
import { type Entry, race } from "./race.js";

/**
 * Presets by uv size, base channels and batch; "paper" with one item of its batch of 16, whose gradients are
 * accumulated.
 */
const sizes = {
  smoke: [64, 16, 4],
  quick: [128, 32, 4],
  paper: [256, 64, 1],
} as const;

export async function networks({
  rounds,
  threads,
  engines = ["onnx", "wasm"],
  say,
}: SuiteOptions): Promise<Measurement[]> {
  const torch = await findTorch();
  if (!torch) say("no PyTorch was found (python3 with torch, or the program named by PYTHON): no peer");
  const measurements: Measurement[] = [];
  for (const count of threads) {
    for (const [preset, size] of Object.entries(sizes)) {
      const subject = `${preset} uv${size[0]}/c${size[1]}/B${size[2]}`;
      say(`${subject}, ${count} thread${count > 1 ? "s" : ""}`);
      const args = [...size, count].map(String);
      // tfjs's WebAssembly uses one thread under Node.js.
      const running = engines.filter((engine) => count === 1 || engine === "onnx");
      const entries = running.map((engine) => ({ engine, contestant: ourRefiner(engine, args) }));
      if (torch) entries.push(await torchRefiner(torch, args, say));
      const tasks = ["step", "forward"];
      const options = { suite: "networks", subject, tasks, rounds, threads: count, peer: "torch" };
      measurements.push(...(await race(entries, options)));
    }
  }
  return measurements;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function ourRefiner(engine: string, args: readonly string[]): Contestant {
  return new Contestant(process.execPath, [
    "--import",
    "tsx",
    file("refiner-contestant.ts"),
    engine,
    ...args,
  ]);
}

async function torchRefiner(
  python: string,
  args: readonly string[],
  say: SuiteOptions["say"],
): Promise<Entry> {
  const threads = args.at(-1)!;
  const environment = { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads };
  const contestant = new Contestant(python, [file("peers/detail_refiner.py"), ...args], environment);
  const { name, matMulGflops } = await contestant.ask<{ name: string; matMulGflops: number }>("about");
  const slow = matMulGflops < 15 ? "; its BLAS is slow: another one would make a fairer peer" : "";
  say(`  peer: ${name}, product of matrices ${matMulGflops} GFLOP/s${slow}`);
  return { engine: "torch", contestant };
}
