import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";

/** MB that a process may take at most; it takes some 500 for engine, detector and model alone. */
const mostMb = 1500;

describe("datasets/prepare, huge photos", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "huge-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** Prepares a photo in a process of its own, which says what became of it and how much memory it took. */
  async function prepareAlone(file: string): Promise<{ outcome: Record<string, unknown>; peakMb: number }> {
    const program = `
      import { prepareItem } from "./datasets/prepare/prepare-item.ts";
      import { prepare } from "./experiments/prepare/config.ts";
      const [file, store] = process.argv.slice(-2);
      const outcome = await prepareItem({ id: "huge", file }, store, prepare.settings.preparation);
      const peakMb = process.resourceUsage().maxRSS / 1024;
      console.log(JSON.stringify({ outcome, peakMb }));
      process.exit(0);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program, "--", file, path.join(folder, "store")],
      { cwd: path.resolve("."), maxBuffer: 1e6 },
    );
    return JSON.parse(stdout);
  }

  it("prepares a photo of 100 megapixels without taking much more memory than another", async () => {
    const file = path.join(folder, "huge.jpg");
    const portrait = sharp("datasets/portraits/astronaut.png", { limitInputPixels: false });
    await portrait.resize(10_000, 10_000).jpeg({ quality: 80 }).toFile(file);
    const { outcome, peakMb } = await prepareAlone(file);
    assert.equal(outcome.accepted, true, JSON.stringify(outcome));
    assert.ok(peakMb < mostMb, `${peakMb} MB`);
  });

  it("does not decode a file that claims more than any camera gives", async () => {
    const file = path.join(folder, "bomb.png");
    const blank = sharp({ create: { width: 15_000, height: 15_000, channels: 3, background: "white" } });
    await blank.png({ compressionLevel: 1 }).toFile(file);
    const { outcome, peakMb } = await prepareAlone(file);
    assert.equal(outcome.reason, "unreadable");
    assert.match(String(outcome.detail), /at most 200 megapixels, got 15000 x 15000 px = 225 megapixels/);
    assert.ok(peakMb < mostMb, `${peakMb} MB`);
  });
});
