/**
 * A short training of the detail refiner on the face that is shown, from the shipped weights, with the chosen weights
 * of the losses. If there is another face beside it, its light falls on this one, for the cross perceptual loss (Eq.
 * 5). The result is shown and then dropped: all other pictures use another copy of the refiner.
 */
import {
  createDetailStep,
  createRandom,
  type DetailSample,
  detailMetrics,
  detailSamplesInMemory,
  encodePng,
  inspectDetail,
  type Reconstructor,
  type Terms,
  uvSpaceOf,
} from "rerenderable";
import { decide } from "../train-detail/decide.js";
import { createDetailNetworks } from "../train-detail/detail-networks.js";
import type { Announcements } from "./announcements.js";
import type { LoadedFace } from "./loaded-face.js";
import { sampleOf } from "./loaded-face.js";
import type { Setting } from "./requests.js";
import type { Turns } from "./turns.js";

export interface TrainingRequest {
  readonly face: LoadedFace;
  readonly other?: LoadedFace;
  readonly setting: Setting;
}

export const previewNames = ["detailed", "coarselyLit", "light", "albedo"] as const;
export type PreviewName = (typeof previewNames)[number];

export interface LiveTraining {
  /** The pictures of the last preview, as PNG. */
  readonly previews: ReadonlyMap<PreviewName, Uint8Array>;
  /** Ends the training after the present step. */
  stop(): void;
  /** Resolves at the end, even if the training failed. */
  readonly ended: Promise<void>;
}

/** Steps between two previews. */
const previewEvery = 5;

export function startTraining(
  reconstructor: Reconstructor,
  turns: Turns,
  { say }: Announcements,
  request: TrainingRequest,
): LiveTraining {
  const previews = new Map<PreviewName, Uint8Array>();
  const controller = new AbortController();
  let done = 0;
  const ended = turns
    .take(() =>
      learn(reconstructor, request, {
        signal: controller.signal,
        onStep: async (terms, milliseconds) => {
          say({ kind: "step", step: ++done, of: request.setting.steps, terms, milliseconds });
          await turns.letOthers();
        },
        async onPreview(pictures, psnr) {
          for (const name of previewNames) previews.set(name, pictures[name]);
          say({ kind: "preview", step: done, psnr });
        },
      }),
    )
    .then(
      () => say({ kind: "end", step: done, why: controller.signal.aborted ? "stopped" : "finished" }),
      (error: unknown) => say({ kind: "end", step: done, why: "failed", error: (error as Error).message }),
    );
  return { previews, stop: () => controller.abort(), ended };
}

interface Hooks {
  readonly signal: AbortSignal;
  onStep(terms: Terms, milliseconds: number): Promise<void>;
  onPreview(pictures: Record<PreviewName, Uint8Array>, psnr: number): Promise<void>;
}

async function learn(
  { model }: Reconstructor,
  { face, other, setting }: TrainingRequest,
  { signal, onStep, onPreview }: Hooks,
): Promise<void> {
  const { losses, network, samples: sampling, seed } = decide.settings;
  const weights = { ...setting.weights, albedoPair: 0, ...(!other && { crossPerceptual: 0 }) };
  const settings = {
    ...decide.settings,
    network: { ...network, startFrom: "shipped" },
    losses: { ...losses, weights },
    microBatch: 1,
  };
  const uvSpace = uvSpaceOf(model, sampling.uvSize);
  const networks = await createDetailNetworks(settings);
  try {
    const samples: DetailSample[] = [];
    for (const one of other ? [face, other] : [face]) samples.push(await sampleOf(one, model, uvSpace));
    const skin = (await uvSpace.uvMask.data<"float32">()).slice();
    const uvMask = losses.uvMask === "skin" ? skin : (await uvSpace.covered.data<"float32">()).slice();
    const step = createDetailStep({
      samples: detailSamplesInMemory(samples),
      ...networks,
      uvMask,
      base: network.base,
      losses: settings.losses,
      schedule: {
        epochs: setting.steps,
        batchSize: samples.length,
        learningRate: { first: setting.learningRate, decay: 1, last: 0 },
        albedoL1Epochs: setting.steps,
      },
      microBatch: 1,
      seed,
    });
    const preview = async () => {
      const inspected = await inspectDetail(networks.generator, samples[0], network.base);
      const { detailed, coarselyLit, light } = inspected.pictures;
      const images = { detailed, coarselyLit, light, albedo: inspected.maps.detailed };
      const encoded = await Promise.all(previewNames.map((name) => encodePng(images[name])));
      const pictures = Object.fromEntries(previewNames.map((name, i) => [name, encoded[i]]));
      const psnr = detailMetrics(inspected, samples[0], skin)["detailed.psnr"];
      await onPreview(pictures as Record<PreviewName, Uint8Array>, psnr);
    };
    await preview();
    for (let i = 0; i < setting.steps && !signal.aborted; i++) {
      const start = performance.now();
      const terms = await step(i, createRandom(seed).fork(`step ${i}`));
      const wrong = Object.entries(terms).find(([, value]) => !Number.isFinite(value));
      if (wrong)
        throw new Error(
          `the term ${wrong[0]} is ${wrong[1]} at step ${i + 1}: lower the weights or the rate.`,
        );
      await onStep(terms, performance.now() - start);
      if ((i + 1) % previewEvery === 0 || i + 1 === setting.steps || signal.aborted) await preview();
    }
  } finally {
    uvSpace.dispose();
    await networks.dispose();
  }
}
