/** Sends signals to this process, whose end is put off so that what it would leave can be looked at. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { createRandom } from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { endOnSignals, onInterrupt } from "./interrupt.js";
import { writeFolder } from "./write-folder.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

describe("experiments/run/interrupt", () => {
  const { exit } = process;
  let folder: string;
  let others: readonly (readonly NodeJS.SignalsListener[])[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "interrupt-"));
    others = signals.map((signal) => process.listeners(signal) as NodeJS.SignalsListener[]);
    removeListeners();
  });
  afterEach(async () => {
    process.exit = exit;
    removeListeners();
    for (const [i, signal] of signals.entries()) for (const one of others[i]) process.on(signal, one);
    await rm(folder, { recursive: true });
  });
  const removeListeners = () => {
    for (const signal of signals) process.removeAllListeners(signal);
  };

  /**
   * Begins `work` and sends a signal after so many milliseconds.
   * @param look called where the process would have ended
   * @returns the exit code
   */
  async function interrupt(signal: NodeJS.Signals, ms: number, work: () => Promise<void>, look: () => void) {
    removeListeners();
    endOnSignals();
    const ended = new Promise<number>((resolve, reject) => {
      process.exit = ((code: number) => {
        try {
          look();
          resolve(code);
        } catch (error) {
          reject(error);
        }
      }) as typeof process.exit;
    });
    const start = performance.now();
    const working = work();
    while (performance.now() - start < ms) await turn();
    process.kill(process.pid, signal);
    const code = await ended;
    await working;
    return code;
  }

  const files = (round: number) => {
    const content = Object.fromEntries(["a", "b"].map((name) => [name, `${round}`.repeat(20_000)]));
    return {
      ...content,
      "summary.json": JSON.stringify({ round, files: [...Object.keys(content), "summary.json"] }),
    };
  };

  it("leaves the earlier folder or the new one, whole, and nothing else, at 200 random moments", async () => {
    const place = path.join(folder, "result");
    const random = createRandom(25);
    await writeFolder(place, files(0));
    const start = performance.now();
    await writeFolder(place, files(0));
    const longest = 1.3 * (performance.now() - start);
    const found = { earlier: 0, fresh: 0 };
    for (let round = 1; round <= 200; round++) {
      const signal = signals[round % 2];
      const code = await interrupt(
        signal,
        longest * random.uniform(),
        () => writeFolder(place, files(round)),
        () => {
          assert.deepEqual(readdirSync(folder), ["result"]);
          const text = (name: string) => readFileSync(path.join(place, name), "utf8");
          const { round: standing } = JSON.parse(text("summary.json"));
          assert.ok(standing === round || standing === round - 1, `${standing} in round ${round}`);
          for (const [name, content] of Object.entries(files(standing)))
            assert.ok(text(name) === content, name);
          found[standing === round ? "fresh" : "earlier"]++;
        },
      );
      assert.equal(code, signal === "SIGINT" ? 130 : 143);
    }
    assert.ok(found.earlier > 0 && found.fresh > 0, JSON.stringify(found));
  });

  it("leaves one of two whole files, and nothing else", async () => {
    const file = path.join(folder, "weights.bin");
    await writeFileAtomically(file, "old");
    for (let round = 0; round < 20; round++) {
      await interrupt(
        "SIGHUP",
        round / 10,
        () => writeFileAtomically(file, "new".repeat(1e5)),
        () => assert.deepEqual(readdirSync(folder), ["weights.bin"]),
      );
    }
  });

  it("only asks a training to save and stop, and takes a second signal at once for the same", async () => {
    let ends = 0;
    process.exit = (() => ends++) as unknown as typeof process.exit;
    endOnSignals();
    const said: string[] = [];
    const signal = onInterrupt((line) => said.push(line));
    process.kill(process.pid, "SIGTERM");
    while (!signal.aborted) await turn();
    process.kill(process.pid, "SIGINT");
    for (let i = 0; i < 10; i++) await turn();
    assert.deepEqual([said.length, ends], [1, 0]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.deepEqual(
      signals.map((one) => process.listenerCount(one)),
      [0, 0, 0],
      "the next ends the process",
    );
  });
});
