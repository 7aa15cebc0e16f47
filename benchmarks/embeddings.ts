/** The recognition networks on one image: an inference, and with the gradient to the image as a loss wants it. */
import { fileURLToPath } from "node:url";
import { faceEmbeddingNames } from "rerenderable/face";
import { Contestant } from "./contestant.js";
import type { Measurement, SuiteOptions } from "./measurement.js";
import { race } from "./race.js";

export async function embeddings({
  rounds,
  engines = ["onnx", "wasm"],
  say,
}: SuiteOptions): Promise<Measurement[]> {
  const program = fileURLToPath(new URL("embedding-contestant.ts", import.meta.url));
  const measurements: Measurement[] = [];
  for (const subject of faceEmbeddingNames) {
    say(subject);
    const entries = engines.map((engine) => {
      const args = ["--import", "tsx", program, engine, subject];
      return { engine, contestant: new Contestant(process.execPath, args) };
    });
    const tasks = ["forward", "forward+backward"];
    const options = {
      suite: "embeddings",
      subject,
      tasks,
      rounds,
      threads: 1,
      peer: "wasm",
      peerIsOurs: true,
    };
    measurements.push(...(await race(entries, options)));
  }
  return measurements;
}
