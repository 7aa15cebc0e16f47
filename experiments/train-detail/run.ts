/**
 * Trains the detail refinement. The run's folder gets
 *
 *     curves.jsonl, .html       a line with all terms for each step and each validation
 *     checkpoint.safetensors    all networks and Adam's memory, from which `--resume` goes on
 *     preview-<step>.png        faces outside the training, at each validation
 *     weights.safetensors       the refiner, as `loadDetailRefiner` reads it
 *     faces.csv                 the faces of the training: their tone of skin, and how often each was taken
 *     summary.json              the last validation, faces a second, milliseconds by stage, memory
 */
import {
  createDetailStep,
  createMorphableModel,
  detailMetrics,
  hashSettings,
  InputError,
  inspectDetail,
  loadMorphableModel,
  meanTerms,
  prepareEngine,
  type StepStage,
  type Terms,
  uvSpaceOf,
} from "rerenderable";
import {
  type DetailSamples,
  type DetailStepOptions,
  facesOfStep,
  openDetailSamples,
  readCurves,
} from "rerenderable/face";
import { obtainDetailSamples } from "../detail-samples/detail-samples.js";
import type { Run } from "../run/experiment-run.js";
import { onInterrupt } from "../run/interrupt.js";
import { type ProgressLine, progressLine } from "../run/progress.js";
import { runTraining } from "../run/run-training.js";
import { stageTimes } from "../run/stage-times.js";
import { tableCsv } from "../run/table-csv.js";
import { createDetailNetworks, type DetailNetworks } from "./detail-networks.js";
import { detailPreview } from "./detail-preview.js";
import { encodeRefiner } from "./refiner-weights.js";
import type { DetailTrainingSettings } from "./settings.js";
import { balancedOrder, toneGroups, toneOf } from "./tone-groups.js";

/** @returns the exit code */
export async function runDetailTraining(settings: DetailTrainingSettings, run: Run): Promise<number> {
  const progress = progressLine();
  checkTogether(settings);
  await prepareEngine("wasm");
  const files = await obtainDetailSamples(settings.samples, {
    onSample: (done, all) => progress.now(`face ${done} of ${all} is prepared`),
  });
  const samples = await openDetailSamples(files.training);
  const partners = settings.samples.pairs ? await openDetailSamples(files.partners) : undefined;
  const heldOut = await openDetailSamples(files.heldOut);
  progress.say(`${samples.size} faces to learn from, ${heldOut.size} held out`);
  const networks = await createDetailNetworks(settings);
  await run.begin();
  try {
    return await learn(settings, run, { samples, partners, heldOut, networks, progress });
  } finally {
    await Promise.all([networks.dispose(), samples.close(), partners?.close(), heldOut.close()]);
  }
}

/**
 * Checks settings that depend on each other. The schema cannot do it: it checks after each `--set`, and so it would refuse
 * the first of the two.
 */
function checkTogether({ schedule, microBatch, network, samples, losses }: DetailTrainingSettings): void {
  const { albedoPair } = losses.weights;
  if (albedoPair > 0 && !samples.pairs)
    throw new InputError("--set losses.weights.albedoPair", "0 without samples.pairs", `${albedoPair}`);
  if (samples.pairs && microBatch % 2 !== 0)
    throw new InputError("--set microBatch", "an even number with samples.pairs", `${microBatch}`);
  if (schedule.batchSize % microBatch !== 0) {
    const expected = `a divisor of schedule.batchSize=${schedule.batchSize}`;
    throw new InputError("--set microBatch", expected, `${microBatch}`);
  }
  const { base, skips, lightDecoder } = network;
  if (skips && base !== "bands")
    throw new InputError("--set network.skips", `false with base ${base}`, "true");
  if (base === "bands" && lightDecoder !== "transposed") {
    throw new InputError("--set network.lightDecoder", "transposed with base bands", lightDecoder);
  }
}

interface Material {
  readonly samples: DetailSamples;
  readonly partners?: DetailSamples;
  readonly heldOut: DetailSamples;
  readonly networks: DetailNetworks;
  readonly progress: ProgressLine;
}

async function learn(settings: DetailTrainingSettings, run: Run, material: Material): Promise<number> {
  const { samples, partners, heldOut, networks, progress } = material;
  const { schedule, losses, network, seed, microBatch } = settings;
  const { generator, discriminator } = networks;
  const masks = await uvMasks(settings);
  const times = stageTimes<StepStage>();
  const options: DetailStepOptions = {
    samples,
    partners,
    order: settings.samples.balance === "tone" ? balancedOrder(await toneGroups(samples)) : undefined,
    ...networks,
    uvMask: masks[losses.uvMask],
    base: network.base,
    losses,
    schedule,
    adversaryEvery: settings.adversaryEvery,
    microBatch,
    seed,
    onStage: times.enter,
  };
  const step = createDetailStep(options);
  let made = 0;
  const code = await runTraining(
    {
      networks: { generator, ...(discriminator && { discriminator }) },
      async step(number, random) {
        const terms = await step(number, random);
        times.stop();
        made++;
        return terms;
      },
      validate: (number) => validate(settings, run, heldOut, networks, masks.skin, number),
    },
    run,
    {
      title: `The detail refinement (${run.experiment}, ${run.name})`,
      steps: stepsOf(settings, samples.size),
      seed,
      configHash: configHash(settings),
      checkpointEvery: settings.checkpointEvery,
      validateEvery: settings.validateEvery,
      signal: onInterrupt(progress.say),
      weights: (steps) =>
        encodeRefiner(generator, settings, {
          experiment: run.experiment,
          steps: `${steps}`,
          configHash: configHash(settings),
        }),
      remarks: () => {
        const faces = Math.max(1, made * schedule.batchSize);
        const perFace = Object.entries(times.milliseconds).map(([stage, ms]) => [stage, ms / faces]);
        const inSteps = Object.values(times.milliseconds).reduce((sum, ms) => sum + ms, 0);
        return {
          faces: { training: samples.size, heldOut: heldOut.size },
          /** Speed of this process only: steps before an interruption do not count. */
          facesPerSecond: inSteps > 0 ? (1000 * faces) / inSteps : null,
          millisecondsAFace: Object.fromEntries(perFace),
          peakMemoryMb: process.resourceUsage().maxRSS / 1024,
        };
      },
    },
    progress,
  );
  await run.write("faces.csv", tableCsv(await timesDrawn(run, options)));
  return code;
}

/** Which faces the training has taken, and how often. */
async function timesDrawn(run: Run, options: DetailStepOptions) {
  const curves = await readCurves(`${run.folder}/curves.jsonl`);
  const steps = curves.filter(({ kind }) => kind === "training").length;
  const times = new Map<number, number>();
  for (let step = 0; step < steps; step++)
    for (const face of facesOfStep(step, options).faces) times.set(face, (times.get(face) ?? 0) + 1);
  const { ids } = options.samples;
  const rows = [];
  for (const [i, id] of ids.entries())
    rows.push({ id, tone: toneOf(await options.samples.read(i)), drawn: times.get(i) ?? 0 });
  return rows;
}

function stepsOf({ steps, schedule, samples }: DetailTrainingSettings, size: number): number {
  if (steps > 0) return steps;
  const faces = samples.pairs ? schedule.batchSize / 2 : schedule.batchSize;
  return schedule.epochs * Math.max(1, Math.floor(size / faces));
}

/** Computes a hash of the settings that decide the weights after a step. */
function configHash(settings: DetailTrainingSettings): string {
  const { seed, samples, losses, schedule, adversaryEvery, microBatch } = settings;
  const { store: _, heldOut: __, photos, pairs, balance, ...faces } = samples;
  // Left out where they decide nothing: runs from before they were settings can go on.
  const later = {
    ...(photos.folder !== "" && { photos: { folder: photos.folder, training: photos.training } }),
    ...(pairs && { pairs }),
    ...(balance !== "none" && { balance }),
    ...(adversaryEvery !== 1 && { adversaryEvery }),
  };
  const { skips: ___, ...others } = settings.network;
  const network = others.base === "bands" ? settings.network : others;
  const { albedoPair, ...older } = losses.weights;
  const weights = albedoPair > 0 ? losses.weights : older;
  return hashSettings({
    seed,
    faces,
    network,
    losses: { ...losses, weights },
    schedule,
    microBatch,
    ...later,
  });
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
  // The shown faces are spread over all, because the subsets follow each other in the list.
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

/**
 * Loads the masks of the texels that count in the losses of the maps: `skin` leaves out eyes and inner mouth, `face`
 * does not.
 */
async function uvMasks({ samples }: DetailTrainingSettings) {
  const model = createMorphableModel(await loadMorphableModel(samples.model));
  const space = uvSpaceOf(model, samples.uvSize);
  const masks = {
    skin: (await space.uvMask.data<"float32">()).slice(),
    face: (await space.covered.data<"float32">()).slice(),
  };
  space.dispose();
  model.dispose();
  return masks;
}
