/** A few kills; `npm run kill-test` makes more. Preparation is killed in experiments/prepare/run-slow.test.ts. */
import assert from "node:assert/strict";
import { createRandom } from "rerenderable";
import { jobs } from "./jobs.js";
import { killJob } from "./kill-job.js";

describe("scripts/check/kill-test: a run that was killed", () => {
  for (const [name, times] of [
    ["train", 1],
    ["notebooks", 1],
  ] as const) {
    it(`goes on, and ends with the files of one that was left alone: ${name}`, async () => {
      const job = jobs.find((one) => one.name === name)!;
      const { kills, whole } = await killJob(job, times, createRandom(4).fork(name));
      assert.equal(kills, times);
      assert.ok(whole >= 1);
    });
  }

  it("is told from one that ends with other files", async () => {
    let runs = 0;
    const job = {
      name: "drifting",
      command: (folder: string) => {
        const program = `const fs = require("fs"); fs.mkdirSync(${JSON.stringify(folder)}, { recursive: true });
          fs.writeFileSync(${JSON.stringify(`${folder}/a.txt`)}, "${Math.min(runs++, 1)}");`;
        return ["--eval", program];
      },
    };
    await assert.rejects(killJob(job, 1, createRandom(1)), /drifting, after \d kills: a\.txt differs/);
  });
});
