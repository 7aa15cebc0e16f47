import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
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
    const items = await Promise.all(
      ["first", "struck", "last"].map(async (id, i) => {
        const file = path.join(folder, `${id}.jpg`);
        const photo = sharp("datasets/portraits/astronaut.png").modulate({ brightness: 1 - i / 10 });
        await photo.jpeg().toFile(file);
        return { id, file };
      }),
    );
    const told: string[] = [];
    const outcomes = await preparePhotos(items, {
      store: folder,
      settings: prepare.settings.preparation,
      workers: 1,
      onOutcome({ id }) {
        told.push(id);
        // The next photo has been handed over by then.
        if (id === "first") setTimeout(() => process.kill(workerOfThis(), "SIGKILL"), 30);
      },
    });
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

function workerOfThis(): number {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const row = rows.find((one) => new RegExp(`^\\s*\\d+\\s+${process.pid}\\s.*photo-worker`).test(one));
  return Number.parseInt(row!, 10);
}
