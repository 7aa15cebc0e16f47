/** The options of `npm run reconstruct`, checked where they come in. */
import { Command, Option } from "commander";
import { defaultRefineSteps, InputError, renderingEngines } from "rerenderable";

export interface ReconstructSettings {
  readonly out: string;
  readonly prior: "fit";
  /** `embedded`, a `.mat` file of the Basel Face Model, or a folder of ICT-FaceKit. */
  readonly model: string;
  readonly engine: string;
  /** What the engine was asked for with, for messages. */
  readonly engineFrom: string;
  readonly landmarks?: string;
  /** A user's face parsing network; the colour of skin decides without one. */
  readonly mask?: string;
  readonly face?: number;
  readonly size: number;
  readonly uv: number;
  readonly steps: number;
  readonly seed: number;
}

export const engineVariable = "RERENDERABLE_ENGINE";

const engines: readonly string[] = ["auto", ...renderingEngines];

/**
 * @param args without the program's own two
 * @throws InputError or CommanderError, one line
 */
export function parseReconstructArguments(args: readonly string[]) {
  const command = reconstructCommand().parse(args, { from: "user" });
  const engineFrom = command.getOptionValueSource("engine") === "env" ? engineVariable : "--engine";
  const photos = command.args;
  const settings: ReconstructSettings = { ...command.opts(), engineFrom };
  checkEngine(settings);
  if (settings.landmarks !== undefined && photos.length > 1) {
    throw new InputError("--landmarks", "one photo, whose points the file holds", `${photos.length} photos`);
  }
  return { photos, settings };
}

function checkEngine({ engine, engineFrom }: ReconstructSettings): void {
  if (engines.includes(engine)) return;
  throw new InputError(engineFrom, `one of ${engines.join(", ")}`, `"${engine}"`);
}

function reconstructCommand(): Command {
  const program = new Command("reconstruct")
    .description("Reconstructs the face of each photo: shape, albedo, light and pictures under other lights.")
    .argument("<photo...>", "JPEG, PNG, WebP, TIFF, GIF or AVIF")
    .option("--out <dir>", "each photo's files go to a folder of its name in here", "results/reconstructions")
    .addOption(only("--prior <kind>", "how shape, prior albedo and light are found", "fit", "prior"))
    .option(
      "--model <name or path>",
      "the morphable model: embedded, a .mat file of the Basel Face Model, or a folder of ICT-FaceKit",
      "embedded",
    )
    .addOption(new Option("--engine <name>", engines.join(", ")).default("auto").env(engineVariable))
    .addOption(
      new Option(
        "--landmarks <file>",
        "68 points of the photo, or 5 to look for them by (.pts, .json or text)",
      ).conflicts("face"),
    )
    .option("--mask <file>", "a face parsing network, BiSeNet of CelebAMask-HQ's 19 classes (.onnx)")
    .option("--face <n>", "which face, 1 the largest", wholeNumber("--face", 1, 1000))
    .option("--size <px>", "side of the pictures", wholeNumber("--size", 64, 1024), 224)
    .option("--uv <px>", "side of the uv maps", wholeNumber("--uv", 32, 1024), 256)
    .option(
      "--steps <n>",
      "steps of the photometric refinement",
      wholeNumber("--steps", 0, 10_000),
      defaultRefineSteps,
    )
    .option("--seed <n>", "of the noise in holes of the texture", wholeNumber("--seed", 0, 2 ** 32 - 1), 1)
    .showSuggestionAfterError(false)
    .exitOverride();
  // What is wrong is said once, by the one who catches it.
  return program.configureOutput({ writeErr: () => {} });
}

/** An option that will have more values; today one. */
function only(flags: string, description: string, value: string, what: string): Option {
  return new Option(flags, `${description}: ${value}`).default(value).argParser((text: string) => {
    if (text === value) return text;
    throw new InputError(flags.split(" ")[0]!, `${value}, the only ${what} of this version`, `"${text}"`);
  });
}

/** @returns a parser that takes whole numbers between two limits, both included */
function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InputError(flag, `a whole number from ${least} to ${most}`, `"${text}"`);
  };
}
