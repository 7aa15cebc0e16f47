/** The detail refiner at the size of each preset: a training step and an inference on our engines and in PyTorch. */
import { fileURLToPath } from "node:url";
import { type Answer, Contestant } from "./contestant.js";
import { findTorch } from "./find-torch.js";
import { type Measurement, median, type SuiteOptions } from "./measurement.js";

/** Presets by uv size, base channels and batch; "paper" with one item of its batch of 16, which are accumulated. */
const sizes = {
  smoke: [64, 16, 4],
  quick: [128, 32, 4],
  paper: [256, 64, 1],
} as const;

const tasks = ["step", "forward"] as const;

interface Entry {
  readonly engine: string;
  readonly contestant: Contestant;
  readonly times: Record<(typeof tasks)[number], number[]>;
  peakMemoryMb: number;
}

export async function networks({ rounds, threads, engines, say }: SuiteOptions): Promise<Measurement[]> {
  const torch = await findTorch();
  say(torch ? "" : "no PyTorch was found (python3 with torch, or the program named by PYTHON): no peer");
  const measurements: Measurement[] = [];
  for (const count of threads) {
    for (const [preset, size] of Object.entries(sizes)) {
      const label = `uv${size[0]}/c${size[1]}/B${size[2]}`;
      say(`${preset}, ${label}, ${count} thread${count > 1 ? "s" : ""}`);
      // tfjs's WebAssembly uses one thread under Node.js.
      const running = engines.filter((engine) => count === 1 || engine === "onnx");
      const entries = start([...running, ...(torch ? ["torch"] : [])], size, count, torch);
      try {
        if (torch) await describePeer(entries, say);
        await race(entries, rounds);
      } finally {
        for (const { contestant } of entries) contestant.end();
      }
      measurements.push(...compare(entries, `${preset} ${label}`, count));
    }
  }
  return measurements;
}

function start(
  engines: readonly string[],
  size: readonly number[],
  threads: number,
  torch: string | undefined,
): Entry[] {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const args = [...size, threads].map(String);
  return engines.map((engine) => {
    const contestant =
      engine === "torch"
        ? new Contestant(torch!, [file("peers/detail_refiner.py"), ...args], {
            OMP_NUM_THREADS: `${threads}`,
            OPENBLAS_NUM_THREADS: `${threads}`,
          })
        : new Contestant(process.execPath, [
            "--import",
            "tsx",
            file("refiner-contestant.ts"),
            engine,
            ...args,
          ]);
    return { engine, contestant, times: { step: [], forward: [] }, peakMemoryMb: 0 };
  });
}

async function describePeer(entries: readonly Entry[], say: SuiteOptions["say"]): Promise<void> {
  const { contestant } = entries.find(({ engine }) => engine === "torch")!;
  const { name, matMulGflops } = await contestant.ask<{ name: string; matMulGflops: number }>("about");
  const slow = matMulGflops < 15 ? "; its BLAS is slow: another one would make a fairer peer" : "";
  say(`  peer: ${name}, product of matrices ${matMulGflops} GFLOP/s${slow}`);
}

/** Every contestant in turn, so that what else the machine does meets all of them. The first round does not count. */
async function race(entries: readonly Entry[], rounds: number): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    for (const task of tasks) {
      for (const entry of entries) {
        const { ms, peakMemoryMb }: Answer = await entry.contestant.ask(task);
        if (round > 0) entry.times[task].push(ms);
        entry.peakMemoryMb = peakMemoryMb;
      }
    }
  }
}

function compare(entries: readonly Entry[], size: string, threads: number): Measurement[] {
  const peer = entries.find(({ engine }) => engine === "torch");
  return entries
    .filter((entry) => entry !== peer)
    .flatMap(({ engine, times, peakMemoryMb }) =>
      tasks.map((task) => {
        const medianMs = median(times[task]);
        const base = { suite: "networks", case: `${task} ${size}`, engine, threads, medianMs, peakMemoryMb };
        if (!peer) return base;
        const peerMs = median(peer.times[task]);
        return { ...base, peer: "torch", peerMs, peerMemoryMb: peer.peakMemoryMb, ratio: medianMs / peerMs };
      }),
    );
}
