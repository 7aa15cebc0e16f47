/** One step of the photometric refinement: decoding, rasterising, shading, loss, and the gradient to all coefficients. */
import { fileURLToPath } from "node:url";
import { Contestant } from "./contestant.js";
import type { Measurement, SuiteOptions } from "./measurement.js";
import { race } from "./race.js";

export async function fitting({ rounds, engines = ["wasm"], say }: SuiteOptions): Promise<Measurement[]> {
  say("embedded model at 224px");
  const program = fileURLToPath(new URL("fitting-contestant.ts", import.meta.url));
  const entries = engines
    .filter((engine) => engine !== "onnx")
    .map((engine) => ({
      engine,
      contestant: new Contestant(process.execPath, ["--import", "tsx", program, engine]),
    }));
  const options = { suite: "fitting", subject: "224px", tasks: ["refinement step"], rounds, warmUps: 8 };
  return race(entries, { ...options, threads: 1, peer: undefined });
}
