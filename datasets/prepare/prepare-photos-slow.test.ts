import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { prepare } from "../../experiments/prepare/config.js";
import { preparePhotos } from "./prepare-photos.js";

describe("datasets/prepare/preparePhotos", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prepare-photos-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("counts a photo whose process ends as failed, as one that runs out of memory does, and does the others", async () => {
    const at = (id: string) => path.join(folder, `${id}.jpg`);
    for (const [id, brightness] of [
      ["first", 1],
      ["last", 0.8],
    ] as const) {
      await sharp("datasets/portraits/astronaut.png").modulate({ brightness }).jpeg().toFile(at(id));
    }
    // A pipe, which whoever opens it to read waits at: its process is struck in the midst of this photo, not sooner or later.
    execFileSync("mkfifo", [at("struck")]);
    const told: string[] = [];
    const outcomes = await preparePhotos(
      ["first", "struck", "last"].map((id) => ({ id, file: at(id) })),
      {
        store: folder,
        settings: prepare.settings.preparation,
        workers: 1,
        onOutcome({ id }) {
          told.push(id);
          if (id === "first") void strike(at("struck"));
        },
      },
    );
    assert.deepEqual(told, ["first", "struck", "last"]);
    assert.deepEqual(
      outcomes.map(({ accepted }) => accepted),
      [true, false, true],
    );
    assert.deepEqual(outcomes[1], {
      key: "",
      accepted: false,
      reason: "failed",
      detail: "its process ended (SIGKILL)",
    });
  });
});

/** Ends the process that reads a pipe, once it does. */
async function strike(pipe: string): Promise<void> {
  const writing = await open(pipe, "w");
  process.kill(workerOfThis(), "SIGKILL");
  await writing.close();
}

function workerOfThis(): number {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const row = rows.find((one) => new RegExp(`^\\s*\\d+\\s+${process.pid}\\s.*photo-worker`).test(one));
  return Number.parseInt(row!, 10);
}
