/** Decoding the embedded model: shape and albedo of a batch, and with the gradient to the coefficients. */
import { fileURLToPath } from "node:url";
import { Contestant } from "./contestant.js";
import { findTorch } from "./find-torch.js";
import type { Measurement, SuiteOptions } from "./measurement.js";
import { race } from "./race.js";

const batches = [1, 8];
const engineNames = ["wasm", "cpu", "webgpu", "tensorflow"];

export async function morphableModel({
  rounds,
  engines = ["wasm"],
  say,
}: SuiteOptions): Promise<Measurement[]> {
  const torch = await findTorch();
  say(torch ? "" : "no PyTorch was found (python3 with torch, or the program named by PYTHON): no peer");
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const measurements: Measurement[] = [];
  for (const batch of batches) {
    say(`batch of ${batch}`);
    const entries = engines
      .filter((engine) => engineNames.includes(engine))
      .map((engine) => ({
        engine,
        contestant: new Contestant(process.execPath, [
          "--import",
          "tsx",
          file("morphable-model-contestant.ts"),
          engine,
          String(batch),
        ]),
      }));
    if (torch) {
      const args = [file("peers/morphable_model.py"), String(batch)];
      const one = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
      entries.push({ engine: "torch", contestant: new Contestant(torch, args, one) });
    }
    const tasks = ["forward", "forward+backward"];
    const options = { suite: "morphable-model", subject: `B${batch}`, tasks, rounds, threads: 1 };
    measurements.push(...(await race(entries, { ...options, peer: torch && "torch" })));
  }
  return measurements;
}
