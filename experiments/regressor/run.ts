/**
 * Trains the coefficient regressor. The run's folder gets
 *
 *     curves.jsonl, curves.html   the terms of the loss by step, and those on faces outside the training
 *     checkpoint.safetensors      the state from which `--resume` goes on
 *     weights.safetensors         the network in half precision, as `loadCoefficientRegressor` reads it
 *     summary.json                the results, and the time that they took
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  createMorphableModel,
  createOnnxNetwork,
  fixedInputShapes,
  hashSettings,
  InputError,
  initialParameters,
  loadMorphableModel,
  type ParameterValues,
  parameterSpecs,
  prepareEngine,
  type TrainableNetwork,
} from "rerenderable";
import {
  coefficientRegressor,
  openRecognition,
  type RegressorBatch,
  type RegressorSource,
  regressorFile,
  regressorTrainee,
} from "rerenderable/face";
import { mildAugmentation } from "../../datasets/loader/augmentation.js";
import { openCropSource, readBatches } from "../../datasets/regressor-crops/crop-source.js";
import { openPhotoSource } from "../../datasets/regressor-crops/photo-source.js";
import { type CropSettings, prepareCrops } from "../../datasets/regressor-crops/prepare-crops.js";
import type { Run } from "../run/experiment-run.js";
import { interruptedExitCode, onInterrupt } from "../run/interrupt.js";
import { type ProgressLine, progressLine } from "../run/progress.js";
import { runTraining } from "../run/run-training.js";
import { startParameters } from "../run/start-parameters.js";
import { encodeWeights, photoLicence, syntheticLicence } from "../run/weights-file.js";
import type { RegressorSettings } from "./settings.js";

const trainingSubsets = ["easy", "hard-light", "occluded", "large-pose"] as const;
const modelFile = new URL("../../lib/assets/face-model.safetensors", import.meta.url);

/** @returns the exit code */
export async function runRegressor(settings: RegressorSettings, run: Run): Promise<number> {
  const progress = progressLine();
  const needsPhotos = run.experiment === "regressor-paper" || run.experiment === "regressor-photos";
  if (needsPhotos && settings.photos === "") {
    throw new InputError(
      "--set photos",
      "the folder of a finished preparation (results/prepare/<run>)",
      "none",
    );
  }
  const signal = onInterrupt((line) => progress.say(line));
  await prepareEngine("wasm");
  const model = createMorphableModel(await loadMorphableModel("embedded"));
  const parameters = await firstParameters(settings);
  const source = await openSource(settings, signal, progress);
  if (!source) return interruptedExitCode;
  await run.begin();
  const network = await startNetwork(settings, parameters);
  const { perceptual, rendered } = settings.losses;
  const judge = perceptual > 0 ? await openRecognition(Math.max(1, rendered), settings.threads) : undefined;
  const validation = await readValidation(settings, signal);
  const { steps, seed, losses, rate, checkpointEvery, validateEvery } = settings;
  const trainee = regressorTrainee({ model, network, source, losses, rate, steps, judge, validation });
  const code = await runTraining(
    trainee,
    run,
    {
      title: `The coefficient regressor (${run.experiment}, ${run.name})`,
      steps,
      seed,
      configHash: hashSettings({ ...settings, checkpointEvery: 0 }),
      checkpointEvery,
      ...(validation && { validateEvery }),
      signal,
      weights: (made) => regressorWeights(network, settings, run, made),
      remarks: () => ({ data: source.description }),
    },
    progress,
  );
  await Promise.all([source.close(), network.dispose(), judge?.network.dispose()]);
  model.dispose();
  return code;
}

type Source = RegressorSource & { readonly description: string; close(): Promise<void> };

/** @returns undefined if the user interrupted it before all crops were made */
async function openSource(
  settings: RegressorSettings,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<Source | undefined> {
  const { photos, batchSize, seed, crops } = settings;
  const side = settings.network.imageSize;
  if (photos !== "") {
    const source = await openPhotoSource({
      folder: photos,
      side,
      batchSize,
      seed,
      augmentation: mildAugmentation,
    });
    return Object.assign(source, { description: `${source.count} photos of ${photos}` });
  }
  const { folder, sampleShare, augmentation, ...which } = crops;
  if (which.renders + which.seeds === 0)
    throw new InputError("--set crops.renders", "some crops to learn from", "0");
  const wanted: CropSettings = { ...which, side, subsets: trainingSubsets };
  const onFile = (done: number, of: number) => progress.now(`crops: ${done} of ${of} files`);
  const prepared = await prepareCrops(wanted, { folder, signal, onFile });
  if (signal.aborted) return undefined;
  const source = await openCropSource(prepared, { batchSize, sampleShare, augmentation });
  const description = `${source.counts.renders} renderings, ${source.counts.samples} crops of synthetic samples`;
  progress.say(description);
  return Object.assign(source, { description });
}

async function readValidation(
  settings: RegressorSettings,
  signal: AbortSignal,
): Promise<RegressorBatch[] | undefined> {
  const { validation, crops, network } = settings;
  if (validation.seeds === 0) return undefined;
  const wanted: CropSettings = {
    side: network.imageSize,
    renders: 0,
    firstRender: 0,
    subsets: trainingSubsets,
    seeds: validation.seeds,
    firstSeed: 0,
    cropsEach: 1,
  };
  const { key, samples } = await prepareCrops(wanted, { folder: crops.folder, signal });
  return readBatches(samples, key, settings.batchSize);
}

function graphOf({ network }: RegressorSettings) {
  const { preset, imageSize, baseChannels } = network;
  return coefficientRegressor(preset, { imageSize, baseChannels });
}

/** Factor on the last layer of a new network: with small weights its outputs are near 0, which is the mean face. */
const headScale = 0.1;

async function firstParameters(settings: RegressorSettings): Promise<ParameterValues> {
  const graph = graphOf(settings);
  const specs = parameterSpecs(graph, fixedInputShapes(graph, 1));
  if (settings.start === "random") {
    const parameters = initialParameters(specs, settings.seed, "he");
    return { ...parameters, "head.weight": parameters["head.weight"].map((value) => headScale * value) };
  }
  return startParameters(settings.start === "shipped" ? regressorFile : settings.start, specs);
}

function startNetwork(settings: RegressorSettings, parameters: ParameterValues): Promise<TrainableNetwork> {
  const network = graphOf(settings);
  const inputShapes = fixedInputShapes(network, settings.batchSize);
  return createOnnxNetwork({ network, inputShapes, parameters, threads: settings.threads });
}

async function regressorWeights(
  network: TrainableNetwork,
  settings: RegressorSettings,
  run: Run,
  steps: number,
): Promise<Uint8Array> {
  const digest = createHash("sha256")
    .update(await readFile(modelFile))
    .digest("hex")
    .slice(0, 16);
  return encodeWeights(
    { network: graphOf(settings), parameters: await network.parameters() },
    {
      name: `coefficient-regressor-${settings.network.preset}`,
      model: "embedded",
      modelDigest: digest,
      licence: settings.photos === "" ? syntheticLicence : photoLicence,
    },
    {
      experiment: run.experiment,
      steps: `${steps} of ${settings.steps}`,
      configHash: hashSettings(settings),
    },
  );
}
