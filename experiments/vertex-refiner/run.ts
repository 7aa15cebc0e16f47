/**
 * Trains the graph network of Table 3's [12]. The run's folder gets
 *
 *     curves.jsonl, curves.html   the terms of the loss by step, and those on faces outside the training
 *     checkpoint.safetensors      the state from which `--resume` goes on
 *     weights.safetensors         the network in half precision, as `loadRefinedVertices` reads it
 *     summary.json                the last terms, and the time that the training took
 */
import {
  createMorphableModel,
  fixedInputShapes,
  hashSettings,
  identityLoss,
  initialParameters,
  loadMorphableModel,
  type ParameterValues,
  parameterSpecs,
  prepareEngine,
  uvSpaceOf,
} from "rerenderable";
import { sparseOperator } from "rerenderable/base";
import {
  colourGraph,
  graphPainter,
  graphTexels,
  laplacianName,
  openDetailSamples,
  openRecognition,
  vertexRefiner,
  vertexRefinerTrainee,
} from "rerenderable/face";
import { createTfjsNetwork } from "rerenderable/networks";
import { obtainDetailSamples } from "../detail-samples/detail-samples.js";
import type { Run } from "../run/experiment-run.js";
import { onInterrupt } from "../run/interrupt.js";
import { progressLine } from "../run/progress.js";
import { runTraining } from "../run/run-training.js";
import { encodeWeights, photoLicence, syntheticLicence } from "../run/weights-file.js";
import type { VertexRefinerSettings } from "./settings.js";

/** @returns the exit code */
export async function runVertexRefiner(settings: VertexRefinerSettings, run: Run): Promise<number> {
  const { weights, batchSize, rate, steps, seed, checkpointEvery, validateEvery } = settings;
  const progress = progressLine();
  await prepareEngine("wasm");
  const files = await obtainDetailSamples(settings.samples, {
    onSample: (done, all) => progress.now(`face ${done} of ${all} is prepared`),
  });
  const [samples, heldOut] = [
    await openDetailSamples(files.training),
    await openDetailSamples(files.heldOut),
  ];
  progress.say(`${samples.size} faces to learn from, ${heldOut.size} held out`);
  const model = createMorphableModel(await loadMorphableModel(settings.samples.model));
  const uvSpace = uvSpaceOf(model, settings.samples.uvSize);
  const graph = colourGraph(model.data);
  const painter = graphPainter(graph, uvSpace);
  const laplacian = sparseOperator(graph.laplacian);
  const recognition = await openRecognition(settings.batchSize, settings.threads);
  const layers = vertexRefiner({
    vertices: graph.size,
    dimension: recognition.embedding.dimension,
    ...settings.network,
  });
  const network = await createTfjsNetwork({
    network: layers,
    inputShapes: fixedInputShapes(layers, batchSize),
    parameters: firstParameters(layers, seed),
    matrices: { [laplacianName]: laplacian },
  });
  await run.begin();
  const trainee = vertexRefinerTrainee({
    network,
    painter,
    texels: graphTexels(graph, model.data.uvs, settings.samples.uvSize),
    identity: identityLoss(recognition.embedding, recognition.network),
    samples,
    heldOut,
    weights,
    batchSize,
    rate,
    steps,
    seed,
  });
  const configHash = hashOf(settings);
  const code = await runTraining(
    trainee,
    run,
    {
      title: `The vertex refiner [12] (${run.name})`,
      steps,
      seed,
      configHash,
      checkpointEvery,
      validateEvery,
      signal: onInterrupt(progress.say),
      weights: async (made) =>
        encodeWeights(
          { network: layers, parameters: await network.parameters() },
          {
            name: "vertex-refiner",
            model: settings.samples.model,
            licence: settings.samples.from === "synthetic" ? syntheticLicence : photoLicence,
          },
          { experiment: run.experiment, steps: `${made} of ${steps}`, configHash },
        ),
      remarks: () => ({
        faces: { training: samples.size, heldOut: heldOut.size },
        peakMemoryMb: process.resourceUsage().maxRSS / 1024,
      }),
    },
    progress,
  );
  painter.dispose();
  laplacian.dispose();
  uvSpace.dispose();
  model.dispose();
  await Promise.all([network.dispose(), recognition.network.dispose(), samples.close(), heldOut.close()]);
  return code;
}

/** Computes a hash of the settings that decide the weights: a training goes on only with the same ones. */
function hashOf(settings: VertexRefinerSettings): string {
  const { checkpointEvery: _, validateEvery: __, threads: ___, ...deciding } = settings;
  return hashSettings({ ...deciding, samples: { ...deciding.samples, store: "" } });
}

/** Makes the first parameters. The last layer is 0, so that the first pictures are the coarse ones. */
function firstParameters(layers: ReturnType<typeof vertexRefiner>, seed: number): ParameterValues {
  const first = initialParameters(parameterSpecs(layers, fixedInputShapes(layers, 1)), seed, "he");
  return { ...first, "last.conv.weight": new Float32Array(first["last.conv.weight"].length) };
}
