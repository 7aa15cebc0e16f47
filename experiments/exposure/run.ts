/**
 * Trains the exposure network, half on synthetic faces, whose light is known, and half on photos, which count as well exposed.
 * The run's folder gets
 *
 *     curves.jsonl, curves.html   loss and error by step, and those on faces and photos outside the training
 *     checkpoint.safetensors      the state from which `--resume` goes on
 *     weights.safetensors         the network as `loadExposureEstimator` reads it
 *     summary.json                the results, and the time that they took
 */
import {
  createOnnxNetwork,
  fixedInputShapes,
  hashSettings,
  initialParameters,
  parameterSpecs,
  prepareEngine,
  type TrainableNetwork,
  type Trainee,
} from "rerenderable";
import { exposureBatch, exposureNetwork, exposureUnits, gaussianLoss, rateAt } from "rerenderable/face";
import { drawCase, type ExposureCase, plainCase } from "../../datasets/exposure/draw-batch.js";
import {
  type ExposureFace,
  obtainExposureFaces,
  photoFaces,
} from "../../datasets/exposure/exposure-faces.js";
import { openDataset } from "../../datasets/prepare/prepared-dataset.js";
import type { Run } from "../run/experiment-run.js";
import { interruptedExitCode, onInterrupt } from "../run/interrupt.js";
import { progressLine } from "../run/progress.js";
import { runTraining } from "../run/run-training.js";
import { encodeWeights, portraitLicence, syntheticLicence } from "../run/weights-file.js";
import type { ExposureSettings } from "./settings.js";

/** @returns the exit code */
export async function runExposure(settings: ExposureSettings, run: Run): Promise<number> {
  const progress = progressLine();
  const signal = onInterrupt((line) => progress.say(line));
  await prepareEngine("wasm");
  const photos = await readPhotos(settings);
  const { folder, subsets, facesOfEach, firstSeed, validationFaces } = settings;
  const read = (firstSeed: number, count: number) =>
    obtainExposureFaces({
      ...{ subsets, firstSeed, count, folder, signal },
      onFile: (done, of) => progress.now(`faces: ${done} of ${of} files`),
    });
  const faces = await read(firstSeed, facesOfEach);
  const validation = faces && (await read(0, validationFaces));
  if (!validation) return interruptedExitCode;
  await run.begin();
  progress.say(`${faces.length} synthetic faces and ${photos.training.length} photos to learn from`);
  const network = await startNetwork(settings);
  const { steps, seed, checkpointEvery, validateEvery } = settings;
  const configHash = hashSettings({ ...settings, checkpointEvery: 0, folder: "" });
  const code = await runTraining(
    exposureTrainee(settings, network, {
      training: photos.training.length > 0 ? [faces, photos.training] : [faces],
      heldOut: { faces: validation, photos: photos.heldOut },
    }),
    run,
    {
      title: `The exposure network (${run.name})`,
      ...{ steps, seed, configHash, checkpointEvery, validateEvery, signal },
      weights: async (made) =>
        encodeWeights(
          { network: exposureNetwork(), parameters: await network.parameters() },
          { name: "exposure", licence: settings.photos === "" ? syntheticLicence : portraitLicence },
          { experiment: run.experiment, steps: `${made} of ${steps}`, configHash },
        ),
    },
    progress,
  );
  await network.dispose();
  return code;
}

async function readPhotos({ photos: folder, validationFaces }: ExposureSettings) {
  if (folder === "") return { training: [], heldOut: [] };
  return {
    training: await photoFaces(await openDataset({ folder, part: "train" })),
    heldOut: await photoFaces(await openDataset({ folder, part: "test" }), 4 * validationFaces),
  };
}

function startNetwork({ batchSize, seed, threads }: ExposureSettings): Promise<TrainableNetwork> {
  const network = exposureNetwork();
  const inputShapes = fixedInputShapes(network, batchSize);
  const drawn = initialParameters(parameterSpecs(network, inputShapes), seed, "he");
  // The first answers lie near the middle, not far on both sides of it.
  const last = drawn["brightness.weight"].map((value) => 0.1 * value);
  const parameters = { ...drawn, "brightness.weight": last };
  return createOnnxNetwork({ network, inputShapes, parameters, threads });
}

interface Faces {
  /** As many are drawn of each list. */
  readonly training: readonly (readonly ExposureFace[])[];
  readonly heldOut: Readonly<Record<string, readonly ExposureFace[]>>;
}

function exposureTrainee(
  { batchSize, learningRate, steps }: ExposureSettings,
  network: TrainableNetwork,
  { training, heldOut }: Faces,
): Trainee {
  const { middle, unit } = exposureUnits;
  const known = training.map((faces) => faces.map((face) => ({ face, truth: plainCase(face).truth })));
  const inUnits = (cases: readonly ExposureCase[]) => cases.map(({ truth }) => (truth - middle) / unit);
  const shown = Object.entries(heldOut).filter(([, faces]) => faces.length > 0);
  const plain = shown.map(([name, faces]) => [name, faces.map(plainCase)] as const);
  return {
    networks: { exposure: network },
    async step(step, random) {
      const cases = Array.from({ length: batchSize }, (_, i) => {
        const faces = known[i % known.length];
        const { face, truth } = faces[random.integer(faces.length)];
        return drawCase(face, truth, random);
      });
      const { brightness } = await network.forward(exposureBatch(cases.map(({ input }) => input)));
      const { loss, gradient, error } = gaussianLoss(brightness.values, inUnits(cases));
      await network.backward({ brightness: { shape: brightness.shape, values: gradient } });
      await network.update(rateAt({ rate: learningRate, warmUp: 50, decay: "cosine" }, step, steps));
      return { total: loss, error: unit * error };
    },
    async validate() {
      const terms: Record<string, number> = {};
      for (const [name, cases] of plain) {
        const { brightness } = await network.predict(exposureBatch(cases.map(({ input }) => input)));
        terms[`error.${name}`] = unit * gaussianLoss(brightness.values, inUnits(cases)).error;
      }
      return terms;
    },
  };
}
