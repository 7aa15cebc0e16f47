/**
 * From a slider of the explorer to its picture, at 224 px: over HTTP, the PNG read to its end, each time with another value.
 * Light (budget 150 ms on 2 cores), pose and expression (400 ms), and a light swapped in from another face.
 */
import { fileURLToPath } from "node:url";
import { Contestant } from "./contestant.js";
import type { Measurement, SuiteOptions } from "./measurement.js";
import { race } from "./race.js";

const tasks = ["light", "detailed light of another", "pose", "expression", "identity"];

export async function explorer({ rounds, engines = ["wasm"], say }: SuiteOptions): Promise<Measurement[]> {
  say("slider to picture");
  const program = fileURLToPath(new URL("explorer-contestant.ts", import.meta.url));
  const entries = engines
    .filter((engine) => engine !== "onnx")
    .map((engine) => ({
      engine,
      contestant: new Contestant(process.execPath, ["--import", "tsx", program, engine]),
    }));
  const options = { suite: "explorer", subject: "224px", tasks, rounds, warmUps: 5 };
  return race(entries, { ...options, threads: 1, peer: undefined });
}
