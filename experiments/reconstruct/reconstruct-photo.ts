/** Reconstructs the face in one photo's file and writes the folder of its results. */
import {
  createReconstructor,
  type EngineReport,
  type Light,
  loadFaceMasker,
  type Reconstructor,
  readImage,
  readLandmarks,
  reconstruct,
} from "rerenderable";
import {
  chooseSoughtFace,
  completeLandmarks,
  learnOnPhoto,
  type ParsingMasker,
  searchFaces,
} from "rerenderable/face";
import { evaluateDetail } from "../evaluate-detail/config.js";
import { startClock, type TimedStage } from "../run/progress.js";
import { startEngine } from "../run/start-engine.js";
import { toJson } from "../run/to-json.js";
import { checkReplaceable, summaryFile, writeFolder } from "../run/write-folder.js";
import { askedLights } from "./asked-lights.js";
import { inPhotoFiles } from "./in-photo-files.js";
import type { ReconstructSettings } from "./reconstruct-options.js";
import { reconstructionFiles } from "./reconstruction-files.js";
import { type ReconstructionSummary, summarize } from "./reconstruction-summary.js";

/** Engine, model and networks, which the photos of one run share. */
export interface Session {
  readonly settings: ReconstructSettings;
  readonly engine: EngineReport;
  /**
   * Seconds that engine and model took to start. They count for the first photo that uses them, and are 0 afterwards.
   */
  readonly seconds: { engine: number; model: number };
  /** Loads model and detector when the first photo needs them, so that an unreadable photo fails before. */
  reconstructor(): Promise<Reconstructor>;
  /** Those that `--light` asks for, by name. */
  readonly lights: Readonly<Record<string, Light>>;
  /** Loads the masker that `--mask` names when the first photo needs it; undefined without the option. */
  masker(): Promise<ParsingMasker | undefined>;
}

/** @throws CommandError if the engine is not available */
export async function openSession(settings: ReconstructSettings): Promise<Session> {
  const seconds: Session["seconds"] = { engine: 0, model: 0 };
  const timed = async <T>(stage: keyof typeof seconds, work: Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work;
    seconds[stage] += (performance.now() - start) / 1000;
    return result;
  };
  // Files are read before the engine starts, so that a wrong one is told at once.
  const lights = await askedLights(settings.light, settings.turn);
  const engine = await timed("engine", startEngine(settings.engine, settings.engineFrom));
  let loading: Promise<Reconstructor> | undefined;
  let loadingMask: Promise<ParsingMasker> | undefined;
  return {
    settings,
    engine,
    seconds,
    lights,
    reconstructor() {
      loading ??= timed("model", createReconstructor(settings.uv, settings.model));
      return loading;
    },
    async masker() {
      if (settings.mask === undefined) return undefined;
      loadingMask ??= timed("model", loadFaceMasker(settings.mask));
      return loadingMask;
    },
  };
}

/** How many faces of a photo can be asked for by their number. @throws InputError where there is none */
export async function facesIn(session: Session, file: string): Promise<number> {
  const photo = await readImage(file);
  const { detector } = await session.reconstructor();
  const search = await searchFaces(detector, photo, session.settings.minScore);
  chooseSoughtFace(file, search); // throws where there is none
  return search.faces.length;
}

/**
 * Reconstructs a face of a photo and writes its folder.
 * @param face its number, 1 the largest; left out, the largest, with a warning if there are more
 * @param onStage called with each stage and, where it is known, the share that is done, 0 to 1
 * @throws InputError with one line; then no folder was made, and an earlier one stays as it was
 */
export async function reconstructPhoto(
  session: Session,
  file: string,
  folder: string,
  face?: number,
  onStage: (stage: TimedStage, share: number) => void = () => {},
): Promise<ReconstructionSummary> {
  const { settings, engine, lights } = session;
  // `writeFolder` checks it again; here the user learns it before the work.
  await checkReplaceable(folder);
  onStage("reading", 0);
  const reading = startClock();
  reading.enter("reading");
  const photo = await readImage(file);
  const given = settings.landmarks ? await readLandmarks(settings.landmarks, photo) : undefined;
  const { reading: readSeconds } = reading.stop();
  onStage("model", 0);
  const masker = await session.masker();
  const reconstructor = await session.reconstructor();
  // Five points are enough to align a face, but the model is fitted to 68.
  const points =
    given && (await completeLandmarks(reconstructor.detector, photo, given, settings.landmarks!));

  const clock = startClock({ ...session.seconds, reading: readSeconds });
  Object.assign(session.seconds, { engine: 0, model: 0 });
  const enter = (stage: TimedStage, share: number) => {
    clock.enter(stage);
    onStage(stage, share);
  };
  const { minScore: minimumScore, size, prior: fitting, steps, seed, inPhoto } = settings;
  const learn =
    settings.refine > 0
      ? learnOnPhoto({ ...evaluateDetail.settings.refine, steps: settings.refine, seed })
      : undefined;
  const asked = { points, face, minimumScore, size, fitting, steps, seed, learn, lights };
  const options = { ...asked, masker: masker?.mask, onStage: enter };
  const found = await reconstruct(reconstructor, photo, options);
  const result = { ...found, warnings: [...(given?.note ? [given.note] : []), ...found.warnings] };
  enter("files", 0);
  const made = {
    ...(await reconstructionFiles(result, reconstructor.model, photo)),
    ...(inPhoto && (await inPhotoFiles({ photo, result, reconstructor, masker, lights }))),
  };
  const summary: ReconstructionSummary = {
    ...summarize({ photo, engine, settings, result }),
    seconds: clock.stop(),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    files: [...Object.keys(made), summaryFile].sort(),
  };
  await writeFolder(folder, { ...made, [summaryFile]: toJson(summary) });
  return summary;
}
