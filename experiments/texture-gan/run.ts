/**
 * Trains the progressive GAN of Table 3's [9] on true albedos of synthetic faces. The run's folder gets
 *
 *     curves.jsonl, curves.html   losses of generator and discriminator, and the discriminator's slope, by step
 *     checkpoint.safetensors      the state from which `--resume` goes on
 *     preview-<step>.png          albedos of the generator's running mean for fixed random codes, and real albedos
 *     weights.safetensors         that mean in half precision, as `loadFittedTexture` reads it
 *     summary.json                the last terms, and the time that the training took
 */
import {
  createMorphableModel,
  createOnnxNetwork,
  createRandom,
  fixedInputShapes,
  hashSettings,
  InputError,
  loadMorphableModel,
  type Network,
  parameterSpecs,
  prepareEngine,
  uvSpaceOf,
} from "rerenderable";
import {
  drawTextures,
  openDetailSamples,
  stageAt,
  type TextureGanOptions,
  textureDiscriminator,
  textureGanTrainee,
  textureGenerator,
  textureParameters,
  textureSides,
} from "rerenderable/face";
import { type GrowingNetwork, growingNetwork } from "rerenderable/networks";
import { imageStrip } from "rerenderable/notebook";
import { obtainDetailSamples } from "../detail-samples/detail-samples.js";
import type { Run } from "../run/experiment-run.js";
import { onInterrupt } from "../run/interrupt.js";
import { progressLine } from "../run/progress.js";
import { runTraining } from "../run/run-training.js";
import { encodeWeights } from "../run/weights-file.js";
import type { DetailSampleSettings } from "../train-detail/settings.js";
import type { TextureGanSettings } from "./settings.js";

/** @returns the exit code */
export async function runTextureGan(settings: TextureGanSettings, run: Run): Promise<number> {
  const { samples, network, learningRate, slopePenalty, averaging } = settings;
  const progress = progressLine();
  await prepareEngine("wasm");
  const options = { uvSize: samples.uvSize, ...network };
  const sides = textureSides(options);
  if (settings.stages.length !== sides.length)
    throw new InputError("--set stages", `${sides.length} stages (${sides})`, `${settings.stages.length}`);
  const files = await obtainDetailSamples(samples, {
    onSample: (done, all) => progress.now(`face ${done} of ${all} is prepared`),
  });
  const textures = await trueAlbedos(files.training, samples);
  progress.say(`${textures.length} albedos to learn from`);
  const { generator, average, discriminator } = growPlayers(settings, options);
  const stages = sides.map((side, i) => ({ side, ...settings.stages[i] }));
  await run.begin();
  const trainee = textureGanTrainee({
    ...{ generator, average, discriminator, textures, stages },
    ...{ latentSize: network.latentSize, learningRate, slopePenalty, averaging },
  });
  const { checkpointEvery, previewEvery, threads: _, ...deciding } = settings;
  const configHash = hashSettings({ ...deciding, samples: { ...samples, store: "", heldOut: 0 } });
  const steps = stages.reduce((sum, stage) => sum + stage.steps, 0);
  const code = await runTraining(
    {
      ...trainee,
      async validate(step) {
        const { side } = stages[stageAt(stages, Math.max(step - 1, 0))];
        const name = `preview-${String(step).padStart(6, "0")}.png`;
        await run.write(name, await preview(average, options, side, textures));
        return { side };
      },
    },
    run,
    {
      title: `The texture GAN [9] (${run.name})`,
      steps,
      seed: settings.seed,
      configHash,
      checkpointEvery,
      validateEvery: previewEvery,
      signal: onInterrupt(progress.say),
      weights: async (made) =>
        encodeWeights(
          { network: average.network, parameters: await average.parameters() },
          {
            name: "texture-gan",
            model: samples.model,
            licence:
              "CC0-1.0: trained from random weights on albedos painted from CC0 assets (NOTICE), no photos",
          },
          { experiment: run.experiment, steps: `${made} of ${steps}`, configHash },
        ),
      remarks: () => ({
        albedos: textures.length,
        peakMemoryMb: process.resourceUsage().maxRSS / 1024,
      }),
    },
    progress,
  );
  await Promise.all([generator, average, discriminator].map((one) => one.dispose()));
  return code;
}

/** Makes the generator, its running mean and the discriminator, each with a graph for every side of the map. */
function growPlayers({ seed, threads }: TextureGanSettings, options: TextureGanOptions) {
  const grow = (player: "generator" | "discriminator", graphOf: typeof textureGenerator, start: number) => {
    const stages = textureSides(options).map((side) => graphOf(options, side));
    const last = stages[stages.length - 1];
    return growingNetwork({
      stages,
      specs: parameterSpecs(last, fixedInputShapes(last, 1)),
      parameters: textureParameters(player, last, start),
      create: (more) => createOnnxNetwork({ ...more, threads, adam: ganAdam }),
    });
  };
  return {
    generator: grow("generator", textureGenerator, seed),
    average: grow("generator", textureGenerator, seed),
    discriminator: grow("discriminator", textureDiscriminator, seed + 1),
  };
}

/** Karras et al. 2017, appendix A.1: β1 = 0, β2 = 0.99. */
const ganAdam = { beta1: 0, beta2: 0.99, epsilon: 1e-8 };

/**
 * Reads the true albedos. Outside the face each has its own mean colour, so that look-ups at the rim find no black.
 * @throws InputError if a sample has no true albedo
 */
async function trueAlbedos(
  files: readonly string[],
  { model: source, uvSize }: DetailSampleSettings,
): Promise<Uint8Array[]> {
  const model = createMorphableModel(await loadMorphableModel(source));
  const space = uvSpaceOf(model, uvSize);
  const [covered, skin] = await Promise.all([space.covered.data(), space.uvMask.data()]);
  const samples = await openDetailSamples(files);
  const textures: Uint8Array[] = [];
  for (let i = 0; i < samples.size; i++) {
    const { id, truth } = await samples.read(i);
    if (!truth) throw new InputError("--set samples.from", "synthetic faces, whose albedo is known", id);
    const sums = [0, 0, 0, 0];
    skin.forEach((inside, t) => {
      if (!inside) return;
      for (let c = 0; c < 3; c++) sums[c] += truth[3 * t + c];
      sums[3]++;
    });
    textures.push(truth.map((value, k) => (covered[Math.floor(k / 3)] ? value : sums[k % 3] / sums[3])));
  }
  await samples.close();
  space.dispose();
  model.dispose();
  return textures;
}

/** Makes a sheet with two rows of painted maps above one row of real ones. */
async function preview(
  average: GrowingNetwork,
  options: TextureGanOptions,
  side: number,
  textures: readonly Uint8Array[],
): Promise<Uint8Array> {
  const columns = 8;
  const graph = textureGenerator(options, side);
  const known = await average.parameters();
  const inputShapes = fixedInputShapes(graph, 2 * columns);
  const parameters = Object.fromEntries(
    parameterSpecs(graph, inputShapes).map(({ name }) => [name, known[name]]),
  );
  const painter = await createOnnxNetwork({ network: graph as Network, inputShapes, parameters });
  const random = createRandom(0);
  const values = random.fork("latent").normalArray(2 * columns * options.latentSize);
  const { albedo } = await painter.predict({ latent: { shape: [2 * columns, options.latentSize], values } });
  const real = drawTextures(textures, side, columns, random.fork("real"));
  const size = 3 * side * side;
  const shown = (all: Float32Array, caption: string) =>
    Array.from({ length: all.length / size }, (_, n) => ({
      image: { width: side, height: side, data: all.slice(n * size, (n + 1) * size) },
      caption,
    }));
  const images = [...shown(albedo.values, "painted"), ...shown(real.values, "real")];
  await painter.dispose();
  return (await imageStrip(images, { columns, width: 1200 })).png;
}
