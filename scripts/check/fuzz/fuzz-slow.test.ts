/** A few mutants for each door, the same each time; `npm run fuzz` makes more. */
import assert from "node:assert/strict";
import { doors } from "./doors.js";
import { fuzzDoor } from "./fuzz-door.js";
import { type WorkerProcess, workerProcess } from "./worker-process.js";

describe("scripts/check/fuzz: damaged files", () => {
  let worker: WorkerProcess;
  let others: Uint8Array[];
  before(async () => {
    worker = workerProcess();
    const files = await Promise.all(doors.map((door) => door.valid()));
    others = files.flatMap((one) => Object.values(one));
  });
  after(() => worker.end());

  const few = { seed: 1, count: 10, limit: 20, mostMb: 1024 };

  for (const door of doors) {
    it(`are refused in one line, or read, at the door of ${door.name}`, async () => {
      const report = await fuzzDoor(door, worker, { mode: "bytes", ...few, others });
      assert.deepEqual(report.faults, []);
      assert.equal(report.accepted + report.refused, 10);
    });

    it(`are refused at the door of ${door.name} where they are well formed and cannot be true`, async () => {
      const report = await fuzzDoor(door, worker, { mode: "sense", ...few, others });
      assert.deepEqual(report.faults, []);
      assert.equal(report.accepted, 0);
      assert.equal(report.refused, report.mutants);
    });
  }

  it("that hang or crash a door are found, with their seed", async () => {
    const door = { ...doors[1], name: "no-such-door" };
    // The worker knows no such door and breaks on the first file.
    await assert.rejects(
      fuzzDoor(door, worker, { mode: "bytes", ...few, others }),
      /no-such-door, .*, untouched: /,
    );
  });
});
