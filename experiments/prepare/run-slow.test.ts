/** Tests the preparation, run as a user does, on a folder with the names and formats of CelebA. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { type FakePhoto, writeFakeCelebA } from "../../datasets/celeba/fake-celeba.js";
import { mildAugmentation } from "../../datasets/loader/augmentation.js";
import { openLoader } from "../../datasets/loader/open-loader.js";
import { preparedSource } from "../../datasets/prepare/prepared-dataset.js";
import { noise, portrait, runProgram, shareProcess } from "../run/run-program.js";

const program = fileURLToPath(new URL("../experiment.ts", import.meta.url));

describe("experiments/prepare", () => {
  let root: string;
  const at = (...parts: string[]) => path.join(root, ...parts);
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "prepare-"));
    await writeFakeCelebA(at("CelebA"), await fakePhotos());
  });
  after(() => rm(root, { recursive: true }));

  /** Arguments of a run; each place has its own results and its own store. */
  const args = (place: string, ...more: string[]) => [
    "prepare",
    ...["--results", at(place, "results"), "--set", `store=${at(place, "store")}`],
    ...["--set", "dataset=celeba", "--set", `path=${at("CelebA")}`, "--set", "split.testShare=0.3"],
    ...more,
  ];
  const run = (place: string, ...more: string[]) => runProgram("experiment.ts", args(place, ...more));
  const folder = (place: string) => at(place, "results", "prepare", "celeba-CelebA");

  it("prepares, splits by person, and says which photos were left out and why", async () => {
    const { code, errors, stdout } = await run("whole");
    assert.deepEqual([code, errors], [0, []]);
    assert.match(stdout, /6 of 9 photos accepted\n {2}unreadable: 1\n {2}no-face: 1\n {2}repeated: 1\n/);
    const report = JSON.parse(await readFile(path.join(folder("whole"), "report.json"), "utf8"));
    assert.deepEqual(report.rejected, { unreadable: 1, "no-face": 1, repeated: 1 });
    const [, cut, again] = report.leftOut;
    assert.equal(cut.photo, "000008.jpg");
    assert.match(cut.detail, /^expected a whole photo, got a damaged or cut-off file/);
    assert.deepEqual(again, {
      photo: "000009.jpg",
      reason: "repeated",
      detail: "the same photo as 000001.jpg",
    });
    const [train, test] = await Promise.all(
      ["train.txt", "test.txt"].map(async (file) =>
        (await readFile(path.join(folder("whole"), file), "utf8")).trim().split("\n"),
      ),
    );
    assert.deepEqual(
      [...train, ...test].sort(),
      Array.from({ length: 9 }, (_, i) => `00000${i + 1}.jpg`),
    );
    const people = (ids: readonly string[]) => new Set(ids.map((id) => identityOf(Number(id[5]))));
    assert.deepEqual(
      [...people(train)].filter((person) => people(test).has(person)),
      [],
    );
    const config = JSON.parse(await readFile(path.join(folder("whole"), "config.json"), "utf8"));
    assert.equal(config.settings.dataset, "celeba");
    const environment = JSON.parse(await readFile(path.join(folder("whole"), "environment.json"), "utf8"));
    assert.equal(environment.versions.node, process.versions.node);
  });

  it("feeds a loader with the accepted photos of a part", async () => {
    const source = preparedSource({ folder: folder("whole"), part: "train" });
    const loader = await openLoader(source, { batchSize: 2, seed: 1, augmentation: mildAugmentation });
    const train = (await readFile(path.join(folder("whole"), "train.txt"), "utf8")).trim().split("\n");
    const { ids, identities, images, masks, points } = await loader.next();
    await loader.close();
    assert.deepEqual([loader.name, loader.side], ["celeba", 224]);
    assert.ok(ids.every((id) => train.includes(id)));
    assert.deepEqual(
      identities,
      ids.map((id) => String(identityOf(Number(id[5])))),
    );
    assert.deepEqual(
      [images.length, masks.length, points.length],
      [2 * 224 * 224 * 3, 2 * 224 * 224, 2 * 136],
    );
    const skin = masks.reduce((sum, value) => sum + value, 0) / masks.length;
    assert.ok(skin > 0.25 && skin < 0.5, `${skin}`);
  });

  it("in two shards gives the bytes of one run", async () => {
    const second = await run("shards", "--shard", "1/2");
    assert.deepEqual([second.code, second.errors], [0, []]);
    assert.match(second.stdout, /this shard is done; to come: 0 of 2\n/);
    const first = await run("shards", "--shard", "0/2", "--set", "workers=1");
    assert.deepEqual([first.code, first.errors], [0, []]);
    assert.match(first.stdout, /6 of 9 photos accepted/);
    assert.deepEqual(await bytesOf("shards"), await bytesOf("whole"));
  });

  it("interrupted by Ctrl-C, then killed, then resumed, gives the bytes of one run", async () => {
    assert.deepEqual(await interrupt("SIGINT", 1), [130, null]);
    const kept = await stored("broken");
    assert.ok(kept.length >= 1 && kept.length < 8, `${kept.length} were kept`);
    const refused = await run("broken");
    assert.equal(refused.code, 1);
    assert.match(
      refused.errors.join("\n"),
      /celeba-CelebA: expected a new run \(--resume goes on .*\), got one that was/,
    );
    const other = await run("broken", "--resume", "--set", "preparation.size=112");
    assert.match(
      other.errors[0],
      /expected preparation\.size=224, as this run was begun .*, got preparation\.size=112/,
    );
    assert.deepEqual(await interrupt("SIGKILL", kept.length + 1, "--resume"), [null, "SIGKILL"]);
    const { code, errors } = await run("broken", "--resume");
    assert.deepEqual([code, errors], [0, []]);
    assert.deepEqual(await bytesOf("broken"), await bytesOf("whole"));
  });

  it("refuses what it cannot use in one line, and makes no folder", async () => {
    const shared = shareProcess();
    for (const [more, pattern] of [
      [
        ["--set", `path=${at("nowhere")}`],
        /nowhere: expected the layout of CelebA .*, got no such folder\.$/,
      ],
      [
        ["--set", "presparation.size=3"],
        /^--set presparation\.size: .*the nearest is preparation\.size, got none/,
      ],
      [["--shard", "2/2"], /^--shard: expected i\/n with i from 0 to n - 1, as 0\/8, got "2\/2"\.$/],
    ] as const) {
      const { code, errors } = await shared.runProgram("experiment.ts", args("refused", ...more));
      assert.deepEqual([code, errors.length], [1, 1], errors.join("\n"));
      assert.match(errors[0], pattern);
    }
    const { errors } = await shared.runProgram("experiment.ts", ["perpare"]);
    shared.end();
    assert.match(
      errors[0],
      /^experiment: expected a config; the nearest is prepare \(--list shows all\), got "perpare"/,
    );
    assert.ok(!(await readdir(root)).includes("refused"));
  });

  it("lists the configs with the time they take and what comes out", async () => {
    const { code, stdout } = await runProgram("experiment.ts", ["--list"]);
    assert.equal(code, 0);
    assert.match(stdout, /^prepare: .*\n {2}time: .*\n {2}result: /);
  });

  /** Lists the complete files of the store. */
  async function stored(place: string): Promise<string[]> {
    const names = await readdir(at(place, "store"), { recursive: true }).catch(() => []);
    return names.filter((name) => /[0-9a-f]\.(safetensors|json)$/.test(name)).sort();
  }

  /** Reads index, split, report and every prepared photo, by name. */
  async function bytesOf(place: string): Promise<Record<string, string>> {
    const made = ["index.jsonl", "train.txt", "test.txt", "report.json", "dataset.json"].map((name) =>
      path.join(folder(place), name),
    );
    const files = [...made, ...(await stored(place)).map((name) => at(place, "store", name))];
    const read = files.map(async (file) => [
      path.relative(at(place), file),
      (await readFile(file)).toString("base64"),
    ]);
    return Object.fromEntries(await Promise.all(read));
  }

  /** Starts the run and ends it as soon as so many photos are stored. @returns exit code and signal */
  async function interrupt(signal: NodeJS.Signals, photos: number, ...more: string[]) {
    const command = ["--import", "tsx", program, ...args("broken", "--set", "workers=1", ...more)];
    const child = spawn(process.execPath, command, { stdio: "ignore" });
    const ended = once(child, "exit");
    while ((await stored("broken")).length < photos) await wait(20);
    child.kill(signal);
    return ended;
  }
});

/**
 * Makes six photos of three people from the bundled portrait, one without a face, one cut-off file and one duplicate.
 */
async function fakePhotos(): Promise<FakePhoto[]> {
  const good = await Promise.all(Array.from({ length: 6 }, (_, i) => portraitLikeCelebA(i)));
  const nobody = await sharp(noise(178, 218)).jpeg().toBuffer();
  const pictures = [...good, nobody, good[1].subarray(0, 3000), good[0]];
  return pictures.map((jpeg, i) => ({
    name: `00000${i + 1}.jpg`,
    jpeg,
    identity: identityOf(i + 1),
    part: (i % 3) as 0 | 1 | 2,
    points: [69, 111, 109, 113, 88, 137, 67, 148, 108, 150],
  }));
}

function identityOf(number: number): number {
  return number === 9 ? 1 : Math.ceil(number / 2);
}

/** Makes a photo of 178 x 218 px with the eyes where CelebA has them; each is a little brighter than the one before. */
function portraitLikeCelebA(i: number): Promise<Buffer> {
  return sharp(portrait)
    .extract({ left: 130, top: 0, width: 190, height: 215 })
    .extend({ top: 18, extendWith: "mirror" })
    .resize(178, 218, { fit: "fill" })
    .modulate({ brightness: 0.9 + 0.04 * i })
    .jpeg({ quality: 92 })
    .toBuffer();
}
