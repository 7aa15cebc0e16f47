/**
 * Trains the detail refinement. The run's folder gets
 *
 *     curves.jsonl              a line a step, with each term, and one a validation
 *     checkpoint.safetensors    all networks and Adam's memory, to go on from
 *     preview-<step>.png        faces that are not trained on, at each validation
 *     refiner.safetensors       the weights, in half precision
 *     summary.json              the last validation, samples a second by stage, memory
 */
import path from "node:path";
import {
  createDetailStep,
  createMorphableModel,
  createUvSpace,
  type DetailSamples,
  detailMetrics,
  hashSettings,
  inspectDetail,
  loadMorphableModel,
  meanTerms,
  openDetailSamples,
  prepareEngine,
  type StepStage,
  type Terms,
  train,
  writeWeights,
} from "rerenderable";
import type { Run } from "../experiment-run.js";
import { interruptedExitCode, onInterrupt } from "../interrupt.js";
import { type ProgressLine, progressLine } from "../progress.js";
import { toJson } from "../reconstruction-files.js";
import { createDetailNetworks, type DetailNetworks } from "./detail-networks.js";
import { detailPreview } from "./detail-preview.js";
import { obtainDetailSamples } from "./detail-samples.js";
import type { DetailTrainingSettings } from "./detail-settings.js";
import { stageTimes } from "./stage-times.js";

/** @returns the exit code */
export async function runDetailTraining(settings: DetailTrainingSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  const files = await obtainDetailSamples(settings.samples, {
    onSample: (done, all) => progress.now(`face ${done} of ${all} is prepared`),
  });
  const samples = await openDetailSamples(files.training);
  const heldOut = await openDetailSamples(files.heldOut);
  progress.say(`${samples.size} faces to learn from, ${heldOut.size} held out`);
  const networks = await createDetailNetworks(settings);
  await run.begin();
  try {
    return await learn(settings, run, { samples, heldOut, networks, progress });
  } finally {
    await Promise.all([networks.dispose(), samples.close(), heldOut.close()]);
  }
}

interface Material {
  readonly samples: DetailSamples;
  readonly heldOut: DetailSamples;
  readonly networks: DetailNetworks;
  readonly progress: ProgressLine;
}

async function learn(settings: DetailTrainingSettings, run: Run, material: Material): Promise<number> {
  const { samples, heldOut, networks, progress } = material;
  const { schedule, losses, network, seed, microBatch } = settings;
  const { generator, discriminator } = networks;
  const masks = await uvMasks(settings);
  const times = stageTimes<StepStage>();
  const step = createDetailStep({
    samples,
    ...networks,
    uvMask: masks[losses.uvMask],
    base: network.base,
    losses,
    schedule,
    microBatch,
    seed,
    onStage: times.enter,
  });
  let last: Terms = {};
  const started = performance.now();
  let made = 0;
  const { step: done, interrupted } = await train(
    {
      networks: { generator, ...(discriminator && { discriminator }) },
      async step(number, random) {
        const terms = await step(number, random);
        times.stop();
        made++;
        return terms;
      },
      async validate(number) {
        last = await validate(settings, run, heldOut, networks, masks.skin, number);
        return last;
      },
    },
    {
      folder: run.folder,
      steps: stepsOf(settings, samples.size),
      seed,
      configHash: configHash(settings),
      resume: true,
      checkpointEvery: settings.checkpointEvery,
      validateEvery: settings.validateEvery,
      signal: onInterrupt(progress.say),
      onLine: ({ step: number, kind, terms }) => {
        if (kind === "validation") progress.say(`step ${number}: ${describe(terms)}`);
      },
      onStep: (number, of) => progress.now(`step ${number} of ${of}`),
    },
  );
  if (interrupted) {
    progress.say(`stopped after step ${done}; --resume goes on`);
    return interruptedExitCode;
  }
  const weights = path.join(run.folder, "refiner.safetensors");
  await writeWeights(weights, generator.network.name, generator.specs, await generator.parameters(), "F16");
  const faces = made * schedule.batchSize;
  const perFace = Object.entries(times.milliseconds).map(([stage, ms]) => [stage, ms / Math.max(faces, 1)]);
  const inSteps = Object.values(times.milliseconds).reduce((sum, ms) => sum + ms, 0);
  await run.write(
    "summary.json",
    toJson({
      experiment: run.experiment,
      run: run.name,
      steps: done,
      faces: { training: samples.size, heldOut: heldOut.size },
      validation: last,
      /** Of this process alone, where a run was interrupted. */
      seconds: (performance.now() - started) / 1000,
      facesPerSecond: inSteps > 0 ? (1000 * faces) / inSteps : null,
      millisecondsAFace: Object.fromEntries(perFace),
      peakMemoryMb: process.resourceUsage().maxRSS / 1024,
    }),
  );
  progress.say(run.folder);
  return 0;
}

function stepsOf({ steps, schedule }: DetailTrainingSettings, size: number): number {
  if (steps > 0) return steps;
  return schedule.epochs * Math.max(1, Math.floor(size / schedule.batchSize));
}

/** What decides the weights after a step. */
function configHash(settings: DetailTrainingSettings): string {
  const { seed, samples, network, losses, schedule, microBatch } = settings;
  const { store: _, heldOut: __, ...faces } = samples;
  return hashSettings({ seed, faces, network, losses, schedule, microBatch });
}

async function validate(
  { network, shown }: DetailTrainingSettings,
  run: Run,
  heldOut: DetailSamples,
  { generator }: DetailNetworks,
  skin: Float32Array,
  step: number,
): Promise<Terms> {
  const all: Terms[] = [];
  const faces = [];
  // Those that are shown are spread over all: subsets follow each other.
  const apart = Math.max(1, Math.floor(heldOut.size / Math.max(shown, 1)));
  for (let i = 0; i < heldOut.size; i++) {
    const sample = await heldOut.read(i);
    const face = await inspectDetail(generator, sample, network.base);
    all.push(detailMetrics(face, sample, skin));
    if (i % apart === 0 && faces.length < shown) faces.push(face);
  }
  if (faces.length > 0)
    await run.write(`preview-${String(step).padStart(6, "0")}.png`, await detailPreview(faces));
  return meanTerms(all);
}

/** Where the losses of the maps count: `skin` leaves out eyes and inner mouth, `face` does not. */
async function uvMasks({ samples }: DetailTrainingSettings) {
  const model = createMorphableModel(await loadMorphableModel(samples.model));
  const { uvs, triangles, data } = model;
  const space = createUvSpace({ uvs, triangles, skinTriangle: data.skinTriangle }, samples.uvSize);
  const masks = {
    skin: (await space.uvMask.data<"float32">()).slice(),
    face: (await space.covered.data<"float32">()).slice(),
  };
  space.dispose();
  model.dispose();
  return masks;
}

function describe(terms: Terms): string {
  const number = (name: string, digits: number) => (terms[name] ?? Number.NaN).toFixed(digits);
  const pictures = ["coarse", "coarselyLit", "detailed"].map(
    (name) => `${name} ${number(`${name}.psnr`, 2)} dB ${number(`${name}.ssim`, 3)}`,
  );
  const albedo =
    "albedo.error" in terms
      ? `; albedo ${number("albedo.error", 4)}, prior ${number("priorAlbedo.error", 4)}; ` +
        `seen ${number("albedo.errorWhereSeen", 4)}, T ${number("texture.errorWhereSeen", 4)}`
      : "";
  return pictures.join(", ") + albedo;
}
