/** Tests of input that the command cannot use: it prints one line, exits with code 1 and writes nothing. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "rerenderable";
import { noise, portrait, runProgram, shareProcess } from "../run/run-program.js";
import { parseReconstructArguments } from "./reconstruct-options.js";

describe("experiments/reconstruct, bad input", () => {
  let folder: string;
  let shared: ReturnType<typeof shareProcess>;
  const at = (name: string) => path.join(folder, name);
  before(async () => {
    shared = shareProcess();
    folder = await mkdtemp(path.join(tmpdir(), "reconstruct-errors-"));
    await mkdir(at("album.jpg"));
    await writeFile(at("text.jpg"), "This is no photo.\n");
    await writeFile(at("tiny.png"), noise(20, 20));
    await writeFile(at("noise.png"), noise(300, 200));
  });
  after(() => {
    shared.end();
    return rm(folder, { recursive: true });
  });

  it("names each photo and what was expected of it, and makes no folder", async () => {
    const expected = {
      "missing.jpg": /expected a photo .*, got no such file\.$/,
      "album.jpg": /expected a folder with photos .*, got an empty folder\.$/,
      "text.jpg": /expected a photo .*, got another kind of file/,
      "tiny.png": /expected a photo of at least 64 px on each side, got 20 x 20 px\.$/,
      "noise.png": /expected a face, got none in the whole photo, turned by 45° to 315°.*--landmarks/,
    };
    const photos = Object.keys(expected).map(at);
    const { code, errors } = await runProgram("reconstruct.ts", [...photos, "--out", at("out")]);
    assert.equal(code, 1);
    assert.equal(errors.length, photos.length, errors.join("\n"));
    for (const [name, pattern] of Object.entries(expected)) {
      const line = errors.find((one) => one.startsWith(`${at(name)}: `));
      assert.match(line ?? errors.join("\n"), pattern);
    }
    assert.ok(!(await readdir(folder)).includes("out"));
  });

  for (const [what, args, env, pattern] of [
    ["an unknown option", ["--sise", "96"], {}, /^reconstruct: unknown option '--sise'/],
    ["an unknown engine", ["--engine", "abacus"], {}, /^--engine: expected one of auto, .*, got "abacus"/],
    [
      "an unknown engine in the environment",
      [],
      { RERENDERABLE_ENGINE: "abacus" },
      /^RERENDERABLE_ENGINE: expected one of auto, tensorflow, webgpu, wasm, cpu, got "abacus"/,
    ],
    [
      "a model that is not there",
      ["--model", "no-such-model.mat"],
      {},
      /^no-such-model\.mat: expected "embedded", a \.mat file .* or a folder of ICT-FaceKit, got no such file/,
    ],
    [
      "a model that is a photo",
      ["--model", portrait],
      {},
      /astronaut\.png: expected a MATLAB file of level 5 \(\.mat\), got a file without its header/,
    ],
    [
      "a folder without a model",
      ["--model", "experiments"],
      {},
      /^experiments: expected a folder of ICT-FaceKit with generic_neutral_mesh\.obj in it, got one without/,
    ],
    [
      "a place that is a file",
      ["--out", "package.json"],
      {},
      /^package\.json: expected a folder .*, got a file/,
    ],
  ] as const) {
    it(`refuses ${what} before it does anything`, async () => {
      // A folder of its own each time: the shared process holds what it has claimed.
      const out = args[0] === "--out" ? [] : ["--out", at(`out, ${what}`)];
      const { code, errors } = await shared.runProgram("reconstruct.ts", [portrait, ...out, ...args], env);
      assert.equal(code, 1);
      assert.equal(errors.length, 1, errors.join("\n"));
      assert.match(errors[0], pattern);
      assert.ok(!(await readdir(folder)).some((name) => name.startsWith("out")));
    });
  }

  it("refuses values of options, each by the option's name", () => {
    for (const [args, pattern] of [
      [["--size", "abc"], /^--size: expected a whole number from 64 to 1024, got "abc"/],
      [["--size", "32"], /^--size: expected/],
      [["--face", "0"], /^--face: expected a whole number from 1/],
      [["--face", "every"], /^--face: expected a whole number from 1 to 1000 or all, got "every"/],
      [["--turn", "left"], /^--turn: expected degrees from -360 to 360, got "left"/],
      [["--steps", "-1"], /^--steps: expected a whole number from 0 .*, got "-1"/],
      [["--seed", "1.5"], /^--seed: expected/],
      [["--min-score", "80"], /^--min-score: expected a number from 0 to 1, got "80"/],
      [["--prior", "guess"], /^--prior: expected one of fit, regress, both, got "guess"/],
      [
        ["--prior", "both", "--model", "face.mat"],
        /^--prior: expected fit, as the regressor knows the embedded model alone, got "both"/,
      ],
      [["other.png", "--landmarks", "points.pts"], /^--landmarks: expected one photo, .*, got 2 photos/],
    ] as const) {
      assert.throws(
        () => parseReconstructArguments(["photo.png", ...args]),
        (error: unknown) => error instanceof InputError && pattern.test(error.message),
        args.join(" "),
      );
    }
  });
});
