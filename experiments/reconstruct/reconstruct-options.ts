/** Reads and checks the options of `npm run reconstruct`. */
import { access } from "node:fs/promises";
import path from "node:path";
import { Command, Option } from "commander";
import { type FittingMethod, fittingMethods, InputError } from "rerenderable";
import { renderingEngines } from "rerenderable/base";
import { defaultFitSteps, defaultFittingMethod } from "rerenderable/face";
import { pathOption } from "../run/path-option.js";
import { root } from "../run/run-child.js";

export interface ReconstructSettings {
  readonly out: string;
  readonly prior: FittingMethod;
  /** `embedded`, a `.mat` file of the Basel Face Model, or a folder of ICT-FaceKit. */
  readonly model: string;
  readonly engine: string;
  /** The option or variable that named the engine, for messages. */
  readonly engineFrom: string;
  readonly landmarks?: string;
  /** The method that finds bare skin, as `loadFaceMasker` takes it; undefined means the face parser. */
  readonly mask?: string;
  /** Takes faces of at least this score as they are; undefined looks for faces and checks doubtful ones. */
  readonly minScore?: number;
  /** Which face, 1 the largest; `all` of them, each into a folder of its own. */
  readonly face?: number | "all";
  /** More lights to show the face in: files of surroundings, or names. */
  readonly light: readonly string[];
  /** By how many degrees they are turned about the vertical. */
  readonly turn: number;
  /** Whether the face is laid back into the whole photo. */
  readonly inPhoto: boolean;
  readonly size: number;
  readonly uv: number;
  readonly steps: number;
  /** Training steps of the detail refinement on each photo. */
  readonly refine: number;
  readonly seed: number;
}

export const engineVariable = "RERENDERABLE_ENGINE";

const engines: readonly string[] = ["auto", ...renderingEngines];

/**
 * @param args the command line without Node.js and the program
 * @throws InputError or CommanderError, with a message of one line
 */
export function parseReconstructArguments(args: readonly string[]) {
  const command = reconstructCommand().parse(args, { from: "user" });
  const engineFrom = command.getOptionValueSource("engine") === "env" ? engineVariable : "--engine";
  const photos = command.args;
  const given = command.opts<Omit<ReconstructSettings, "prior"> & { readonly prior?: FittingMethod }>();
  // Other models have no regressor, so the default depends on the model.
  const prior = given.prior ?? defaultFittingMethod({ name: given.model });
  const settings: ReconstructSettings = { ...given, prior, engineFrom };
  checkEngine(settings);
  checkPrior(settings);
  checkLandmarks(settings, photos);
  return { photos, settings };
}

/** @throws InputError if a file of points would have to be of more than one photo */
export function checkLandmarks({ landmarks }: ReconstructSettings, photos: readonly string[]): void {
  if (landmarks === undefined || photos.length <= 1) return;
  throw new InputError("--landmarks", "one photo, whose points the file holds", `${photos.length} photos`);
}

/**
 * Checks that the files which options name are there, before an engine starts.
 * @throws InputError if one is not
 */
export async function checkFiles({ landmarks, mask, model }: ReconstructSettings): Promise<void> {
  const named = [
    [landmarks, "points of the photo (.pts, .json or text)"],
    [
      mask === "parser" || mask === "colour" ? undefined : mask,
      "parser, colour, or a network's file (.onnx)",
    ],
    [
      model === "embedded" ? undefined : model,
      '"embedded", a .mat file of the Basel Face Model or a folder of ICT-FaceKit',
    ],
  ] as const;
  for (const [file, expected] of named) {
    if (file === undefined) continue;
    await access(file).catch(({ code }: NodeJS.ErrnoException) => {
      const missing = code === "ENOENT" || code === "ENOTDIR";
      throw new InputError(file, expected, missing ? "no such file" : `${code}`);
    });
  }
}

function checkEngine({ engine, engineFrom }: ReconstructSettings): void {
  if (engines.includes(engine)) return;
  throw new InputError(engineFrom, `one of ${engines.join(", ")}`, `"${engine}"`);
}

/** Refuses the regressor for other models: its weights belong to the embedded model. */
function checkPrior({ prior, model }: ReconstructSettings): void {
  if (prior === "fit" || model === "embedded") return;
  throw new InputError("--prior", "fit, as the regressor knows the embedded model alone", `"${prior}"`);
}

function reconstructCommand(): Command {
  const program = new Command("reconstruct")
    .description("Reconstructs the face of each photo: shape, albedo, light and pictures under other lights.")
    .argument(
      "<photo...>",
      "JPEG, PNG, WebP, TIFF, GIF, AVIF or BMP; a folder of them, or a pattern as '*.jpg'",
    )
    .option(
      "--out <dir>",
      "each photo's files go to a folder of its name in here",
      pathOption("--out"),
      defaultOut(),
    )
    .option(
      "--prior <kind>",
      `how shape, prior albedo and light are found: fit, regress or both (default: ${defaultFittingMethod({ name: "embedded" })})`,
      fittingMethod,
    )
    .option(
      "--model <name or path>",
      "the morphable model: embedded, a .mat file of the Basel Face Model, or a folder of ICT-FaceKit",
      pathOption("--model"),
      "embedded",
    )
    .addOption(new Option("--engine <name>", engines.join(", ")).default("auto").env(engineVariable))
    .addOption(
      new Option(
        "--landmarks <file>",
        "68 points of the photo, or 5 to look for them by, as other programs write them (.pts, .json, .csv or text)",
      )
        .argParser(pathOption("--landmarks"))
        .conflicts("face"),
    )
    .option(
      "--mask <name or file>",
      "what finds bare skin: parser, colour, or BiSeNet of CelebAMask-HQ's 19 classes (.onnx); parser if left out",
      pathOption("--mask"),
    )
    .option(
      "--min-score <s>",
      "take faces that the detector scores so or higher as they are (0 to 1), and look no further",
      share("--min-score"),
    )
    .option(
      "--face <n or all>",
      "which face, 1 the largest; or all, each into a folder `<name>-face-<n>`",
      faceNumber,
    )
    .option(
      "--light <file or name>",
      "one more light to show the face in: surroundings (.hdr, .exr) or a name; may be repeated",
      (one: string, others: readonly string[]) => [...others, one],
      [] as readonly string[],
    )
    .option(
      "--turn <degrees>",
      "turns the lights of --light about the vertical, toward the viewer's right",
      degrees,
      0,
    )
    .option(
      "--no-in-photo",
      "leaves out the pictures of the whole photo (in-photo.png, in-photo-<light>.png)",
    )
    .option("--size <px>", "side of the pictures", wholeNumber("--size", 64, 1024), 224)
    .option("--uv <px>", "side of the uv maps", wholeNumber("--uv", 32, 1024), 256)
    .option(
      "--steps <n>",
      "iterations of the fit over all coefficients, at most",
      wholeNumber("--steps", 0, 10_000),
      defaultFitSteps,
    )
    .option(
      "--refine <n>",
      "steps of the detail refinement's training on the photo itself, from the trained weights",
      wholeNumber("--refine", 0, 10_000),
      0,
    )
    .option("--seed <n>", "of the noise in holes of the texture", wholeNumber("--seed", 0, 2 ** 32 - 1), 1)
    .showSuggestionAfterError(false)
    .exitOverride();
  // Commander prints nothing: the caller that catches the error prints it once.
  return program.configureOutput({ writeErr: () => {} });
}

/** In the project, wherever the command was called from. */
function defaultOut(): string {
  const out = path.join(root, "results", "reconstructions");
  const relative = path.relative(process.cwd(), out);
  return relative.startsWith("..") ? out : relative;
}

function fittingMethod(text: string): FittingMethod {
  const method = fittingMethods.find((one) => one === text);
  if (method) return method;
  throw new InputError("--prior", `one of ${fittingMethods.join(", ")}`, `"${text}"`);
}

function faceNumber(text: string): number | "all" {
  return text === "all" ? text : wholeNumber("--face", 1, 1000, " or all")(text);
}

function degrees(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Math.abs(value) <= 360) return value;
  throw new InputError("--turn", "degrees from -360 to 360", `"${text}"`);
}

/** @returns a parser that accepts whole numbers between two limits, both included */
function wholeNumber(flag: string, least: number, most: number, orElse = ""): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InputError(flag, `a whole number from ${least} to ${most}${orElse}`, `"${text}"`);
  };
}

/** @returns a parser that accepts numbers from 0 to 1 */
function share(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= 0 && value <= 1) return value;
    throw new InputError(flag, "a number from 0 to 1", `"${text}"`);
  };
}
