/**
 * Trains the face parsing network. The run's folder gets
 *
 *     curves.jsonl, curves.html   loss and accuracy by step, and the overlap of the mask on faces outside the training
 *     checkpoint.safetensors      the state from which `--resume` goes on
 *     weights.safetensors         the network as `loadFaceParser` reads it
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
import {
  faceParser,
  faceParserClasses,
  parsingLoss,
  rateAt,
  faceParserSide as side,
} from "rerenderable/face";
import { drawBatch } from "../../datasets/face-parsing/draw-batch.js";
import { obtainFaces } from "../../datasets/face-parsing/face-pack.js";
import { cropFace, type ParsingFace } from "../../datasets/face-parsing/parsing-face.js";
import type { Run } from "../run/experiment-run.js";
import { interruptedExitCode, onInterrupt } from "../run/interrupt.js";
import { progressLine } from "../run/progress.js";
import { runTraining } from "../run/run-training.js";
import { encodeWeights, syntheticLicence } from "../run/weights-file.js";
import type { FaceParserSettings } from "./settings.js";

/** @returns the exit code */
export async function runFaceParser(settings: FaceParserSettings, run: Run): Promise<number> {
  const progress = progressLine();
  const signal = onInterrupt((line) => progress.say(line));
  await prepareEngine("wasm");
  const { folder, facesOfEach, firstSeed, validationFaces } = settings;
  const { steps, seed, checkpointEvery, validateEvery } = settings;
  const read = (first: number, count: number) =>
    obtainFaces(
      { subsets: settings.subsets, firstSeed: first, count },
      { folder, signal, onFace: (done, of) => progress.now(`faces: ${done} of ${of}`) },
    );
  const faces = await read(firstSeed, facesOfEach);
  const validation = faces && (await read(0, validationFaces));
  if (!validation) return interruptedExitCode;
  await run.begin();
  const network = await startNetwork(settings);
  const code = await runTraining(
    parserTrainee(settings, network, faces, validation),
    run,
    {
      title: `The face parser (${run.name})`,
      steps,
      seed,
      configHash: hashOf(settings),
      checkpointEvery,
      validateEvery,
      signal,
      weights: (made) => parserWeights(network, settings, made),
    },
    progress,
  );
  await network.dispose();
  return code;
}

/** Computes a hash of the settings that decide the weights. */
function hashOf(settings: FaceParserSettings): string {
  return hashSettings({ ...settings, checkpointEvery: 0, folder: "" });
}

function startNetwork({ batchSize, seed, threads }: FaceParserSettings): Promise<TrainableNetwork> {
  const network = faceParser();
  const inputShapes = fixedInputShapes(network, batchSize);
  const parameters = initialParameters(parameterSpecs(network, inputShapes), seed, "he");
  return createOnnxNetwork({ network, inputShapes, parameters, threads });
}

function parserTrainee(
  { batchSize, weights, learningRate, steps }: FaceParserSettings,
  network: TrainableNetwork,
  faces: readonly ParsingFace[],
  validation: readonly ParsingFace[],
): Trainee {
  const shape = (batch: number, channels: number) => [batch, side, side, channels];
  const plain = validation.map((face) => cropFace(face, side));
  return {
    networks: { parser: network },
    async step(step, random) {
      const { images, classes } = drawBatch(faces, batchSize, side, random);
      const { scores } = await network.forward({ image: { shape: shape(batchSize, 3), values: images } });
      const { loss, gradient, accuracy } = parsingLoss(scores.values, classes, weights);
      await network.backward({ scores: { shape: scores.shape, values: gradient } });
      await network.update(rateAt({ rate: learningRate, warmUp: 0, decay: "cosine" }, step, steps));
      return { total: loss, accuracy };
    },
    async validate() {
      let [loss, accuracy, overlap] = [0, 0, 0];
      for (const { image, classes } of plain) {
        const { scores } = await network.predict({ image: { shape: shape(1, 3), values: image } });
        const one = parsingLoss(scores.values, classes, weights);
        loss += one.loss / plain.length;
        accuracy += one.accuracy / plain.length;
        overlap += skinOverlap(scores.values, classes, weights) / plain.length;
      }
      return { total: loss, accuracy, overlap };
    },
  };
}

/**
 * Returns what is subtracted from the learnt scores before they are written. The weights of the classes raise the scores
 * of rare classes; without them the softmax is the probability of each class. Without this step, shadows in photos were
 * taken for spectacles.
 */
function writtenOffsets(weights: readonly number[]): number[] {
  return weights.map(Math.log);
}

/** Computes the intersection over union of the facial skin, from the scores as they are written. */
function skinOverlap(scores: Float32Array, classes: Uint8Array, weights: readonly number[]): number {
  const [count, skin] = [faceParserClasses.length, faceParserClasses.indexOf("facial skin")];
  const offsets = writtenOffsets(weights);
  let [both, either] = [0, 0];
  for (let p = 0; p < classes.length; p++) {
    const own = scores.subarray(p * count, (p + 1) * count).map((score, c) => score - offsets[c]);
    const found = own.every((score) => score <= own[skin]);
    both += Number(found && classes[p] === skin);
    either += Number(found || classes[p] === skin);
  }
  return both / either;
}

async function parserWeights(
  network: TrainableNetwork,
  settings: FaceParserSettings,
  steps: number,
): Promise<Uint8Array> {
  const learnt = await network.parameters();
  const offsets = writtenOffsets(settings.weights);
  const bias = learnt["scores.bias"].map((value, c) => value - offsets[c]);
  return encodeWeights(
    { network: faceParser(), parameters: { ...learnt, "scores.bias": bias } },
    { name: "face-parser", licence: syntheticLicence },
    { experiment: "face-parser", steps: `${steps} of ${settings.steps}`, configHash: hashOf(settings) },
  );
}
