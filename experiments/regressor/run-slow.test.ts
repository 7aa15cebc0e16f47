/** Tests small trainings of the regressor, run as a user does: they repeat, go on, and refuse what they cannot use. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CurveLine, loadFaceDetector, prepareEngine, readImage } from "rerenderable";
import { chooseFace, readCurves } from "rerenderable/face";
import { encodeMat } from "rerenderable/testing";
import sharp from "sharp";
import { curveFigures } from "../run/curves-page.js";
import { interruptProgram, portrait, runProgram, shareProcess } from "../run/run-program.js";

describe("experiments/regressor", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "regressor-"));
  });
  after(() => rm(root, { recursive: true }));

  const args = (run: string, ...more: string[]) => [
    "regressor-smoke",
    ...[
      "--results",
      path.join(root, "results"),
      "--run",
      run,
      "--set",
      `crops.folder=${path.join(root, "crops")}`,
    ],
    ...["--set", "steps=12", ...more],
  ];
  const folder = (run: string) => path.join(root, "results", "regressor-smoke", run);
  const read = (run: string, file: string) => readFile(path.join(folder(run), file));

  it("trains, and writes curves, a page of them, a checkpoint and weights", async () => {
    const { code, errors, stdout } = await runProgram("experiment.ts", args("whole"));
    assert.deepEqual([code, errors], [0, []]);
    assert.match(stdout, /40 renderings, 0 crops of synthetic samples/);
    assert.deepEqual((await readdir(folder("whole"))).sort(), [
      "checkpoint.safetensors",
      "config.json",
      "curves.html",
      "curves.jsonl",
      "environment.json",
      "summary.json",
      "weights.safetensors",
    ]);
    const curves = await readCurves(path.join(folder("whole"), "curves.jsonl"));
    assert.equal(curves.length, 12);
    assert.match(String(await read("whole", "curves.html")), /<h2>total<\/h2>[\s\S]*Plotly\.newPlot/);
  });

  it("gives the same losses to the bit when it is run again, and when it is interrupted and goes on", async () => {
    assert.equal((await runProgram("experiment.ts", args("again"))).code, 0);
    const curves = path.join(folder("parts"), "curves.jsonl");
    const { code, errors } = await interruptProgram("experiment.ts", args("parts"), curves, 3);
    if (code === 130)
      assert.equal((await runProgram("experiment.ts", [...args("parts"), "--resume"])).code, 0);
    else assert.equal(code, 0, errors.join("\n")); // the run ended before the interruption
    for (const file of ["curves.jsonl", "checkpoint.safetensors", "weights.safetensors"]) {
      const [whole, again, parts] = await Promise.all(
        ["whole", "again", "parts"].map((run) => read(run, file)),
      );
      if (file !== "weights.safetensors") assert.ok(whole.equals(again) && whole.equals(parts), file);
    }
  });

  it("runs the paper's setting on a tree with the layout of 300W-LP, and goes on with the shipped weights", async () => {
    await write300wLp(path.join(root, "300W_LP"));
    const results = ["--results", path.join(root, "results")];
    const prepared = path.join(root, "results", "prepare", "lp");
    const set = (...settings: string[]) => settings.flatMap((setting) => ["--set", setting]);
    const preparation = [
      ...[
        "dataset=300w-lp",
        `path=${path.join(root, "300W_LP")}`,
        `store=${path.join(root, "store")}`,
        "workers=1",
      ],
      ...[
        "split.testShare=0",
        "preparation.landmarks=given",
        "preparation.mostYaw=90",
        "preparation.leastEyes=0",
      ],
    ];
    const few = [`photos=${prepared}`, "steps=2", "batchSize=2", "validation.seeds=0", "losses.rendered=1"];
    const runs: [name: string, args: string[]][] = [
      ["prepare", ["--run", "lp", ...set(...preparation)]],
      ["regressor-paper", ["--run", "few", ...set(...few, "network.baseChannels=2")]],
      ["regressor-photos", ["--run", "few", ...set(...few)]],
    ];
    for (const [name, given] of runs) {
      const { code, errors } = await runProgram("experiment.ts", [name, ...results, ...given]);
      assert.deepEqual([code, errors], [0, []], name);
    }
    for (const name of ["regressor-paper", "regressor-photos"]) {
      const curves = await readCurves(path.join(root, "results", name, "few", "curves.jsonl"));
      assert.deepEqual(Object.keys(curves[1].terms), [
        "total",
        "landmark",
        "coefficients",
        "pixel",
        "perceptual",
      ]);
    }
  });

  it("says in one line what it cannot use, and leaves nothing behind", async () => {
    const cases: [args: string[], message: RegExp][] = [
      [["regressor-photos"], /^--set photos: expected the folder of a finished preparation .*, got none/],
      [
        ["regressor-photos", "--set", "photos=nowhere"],
        /nowhere: expected a finished preparation, .*, got a folder without one/,
      ],
      [
        ["regressor", "--set", "start=nowhere.safetensors"],
        /nowhere\.safetensors: expected a network to start from, got no such file/,
      ],
      [
        ["regressor", "--set", "network.preset=huge"],
        /^--set network\.preset: expected one of quick, paper, got "huge"/,
      ],
      [
        ["regressor-smoke", "--set", "crops.renders=0"],
        /^--set crops\.renders: expected some crops to learn from, got 0/,
      ],
    ];
    const shared = shareProcess();
    for (const [given, message] of cases) {
      const results = path.join(root, "none");
      const { code, errors } = await shared.runProgram("experiment.ts", [...given, "--results", results]);
      assert.equal(code, 1);
      assert.equal(errors.length, 1, errors.join("\n"));
      assert.match(errors[0], message);
      assert.deepEqual(await readdir(path.join(results, given[0])).catch(() => []), []);
    }
    shared.end();
  });

  it("draws a curve a term, the training's in means of parts", () => {
    const line = (step: number, kind: CurveLine["kind"], terms: Record<string, number>): CurveLine => ({
      step,
      kind,
      terms,
    });
    const lines = [
      ...Array.from({ length: 400 }, (_, i) => line(i + 1, "training", { shape: 1, total: i + 1 })),
      line(400, "validation", { total: 7 }),
    ];
    const [total, shape] = curveFigures(lines);
    assert.deepEqual([total.name, shape.name], ["total", "shape"]);
    assert.deepEqual([total.data[0].x[0], total.data[0].y[0]], [2, 1.5]);
    assert.deepEqual([total.data[1].x, total.data[1].y], [[400], [7]]);
    assert.equal(shape.data.length, 1);
  });
});

/** Writes the portrait twice, under the names of different people, with the points that our detector finds. */
async function write300wLp(root: string): Promise<void> {
  await prepareEngine("wasm");
  const detector = await loadFaceDetector();
  const photo = await readImage(portrait);
  const { face } = chooseFace(photo.file, await detector.findBoxes(photo));
  const points = await detector.locatePoints(photo, face.box);
  detector.dispose();
  await mkdir(path.join(root, "AFW"), { recursive: true });
  // In MATLAB the centre of the first pixel is 1; here it is 0.5.
  const values = Float64Array.from(points.flatMap(([x, y]) => [x + 0.5, y + 0.5]));
  for (const name of ["AFW_1_0", "AFW_2_0"]) {
    const jpeg = sharp(portrait).modulate({ brightness: name === "AFW_1_0" ? 1 : 0.9 });
    await writeFile(path.join(root, "AFW", `${name}.jpg`), await jpeg.jpeg({ quality: 92 }).toBuffer());
    await writeFile(
      path.join(root, "AFW", `${name}.mat`),
      encodeMat({ pt2d: { dimensions: [2, 68], values } }),
    );
  }
}
