/**
 * Fitting one photo, by stage: the landmarks, albedo and light alone, one iteration over all coefficients by Gauss-Newton
 * and one step of Adam through the renderer, the whole fit, and a few iterations from a warm start. The peer is a step of
 * Adam in PyTorch, which is given the visible triangles, as it has no rasteriser.
 */
import { fileURLToPath } from "node:url";
import { Contestant } from "./contestant.js";
import { findTorch } from "./find-torch.js";
import type { Measurement, SuiteOptions } from "./measurement.js";
import { type Entry, race } from "./race.js";

const iterations = ["photometric iteration", "refinement step"];
const tasks = ["landmark fit", "appearance", ...iterations, "whole fit", "warm start"];

export async function fitting({ rounds, engines = ["wasm"], say }: SuiteOptions): Promise<Measurement[]> {
  const torch = await findTorch();
  say(
    torch
      ? "embedded model at 224px"
      : "no PyTorch was found (python3 with torch, or the program named by PYTHON): no peer",
  );
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const entries: Entry[] = engines
    .filter((engine) => engine !== "onnx")
    .map((engine) => ({
      engine,
      contestant: new Contestant(process.execPath, [
        "--import",
        "tsx",
        file("fitting-contestant.ts"),
        engine,
      ]),
    }));
  if (torch) {
    const one = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const contestant = new Contestant(torch, [file("peers/fitting.py")], one);
    entries.push({ engine: "torch", contestant, tasks: iterations });
  }
  const options = { suite: "fitting", subject: "224px", tasks, rounds, warmUps: 8 };
  return race(entries, { ...options, threads: 1, peer: torch && "torch" });
}
