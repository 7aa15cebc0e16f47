// %% [markdown]
// # 9 Training
//
// In notebook 8 two maps were walked downhill for one photo. A *network* does the same for all photos at once: it learns what to do
// with `[A | T]`, and a new face then takes a moment. This notebook trains the paper's detail refiner, a small one, for a few dozen
// steps: too little for good faces, enough to see every part move.
//
// **You will learn** what goes through one step; how to watch a training, stop it and go on *to the bit*; and what a network that has
// seen eight faces can and cannot do.
//
// | in the paper | here | at this size |
// | --- | --- | --- |
// | Tables 1 and 2 | `detailRefiner` | maps of 64, 16 channels |
// | $D$ of Eq. 11 | `patchDiscriminator` | 8 channels |
// | the net of Eq. 5 | mobileface, frozen | as it is |
// | section 4.3: batch 16, Adam | `createDetailStep`, `train` | batch 4 |

// %%
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as rr from "rerenderable";
import {
  checkAnswer,
  interruptible,
  type PracticeFace,
  practiceFace,
  showCurves,
  showImages,
  showLines,
  showProgress,
  showTable,
  showText,
} from "rerenderable/notebook";

const started = performance.now();
const seed = 9;
await rr.prepareEngine();
const model = rr.createMorphableModel(await rr.loadMorphableModel("embedded"));
const side = 64;
const uvSpace = rr.uvSpaceOf(model, side);

// %% [markdown]
// ## 9.1 Faces to learn from
//
// Eight practice faces as in notebook 8, and two that the network never learns from. No loss looks at the true albedo or light: photo, mask,
// prior and coarse light are enough. That is what *self-supervised* means. We keep the truth for judging. Labels come in by a side
// door all the same: here mask and prior are the renderer's own; of photos a parser and a fit give them, and those learnt from labels.

// %%
const faces: PracticeFace[] = [];
const preparing = showProgress("faces", 10);
for (let i = 0; i < 10; i++) {
  faces.push(await practiceFace(model, uvSpace, 100 * seed + i, { size: 112 }));
  preparing.update(i + 1);
}
preparing.done();
const samples = rr.detailSamplesInMemory(faces.slice(0, 8).map(({ sample }) => sample));
const heldOut = faces.slice(8);
await showImages(
  faces.map(({ image }, i) => ({ image, caption: i < 8 ? `to learn ${i + 1}` : "held out" })),
  { columns: 5, width: 600 },
);

// %% [markdown]
// ## 9.2 The networks
//
// A network is a list of layers as data; parameters come from a seed. ONNX Runtime runs the graphs that we emit for it.

// %%
const [graph, critic] = [
  rr.detailRefiner({ uvSize: side, baseChannels: 16 }),
  rr.patchDiscriminator({ uvSize: side, baseChannels: 8 }),
];
const mobileface = await rr.loadFaceEmbedding("mobileface");
const count = (network: rr.Network) =>
  rr.countParameters(rr.parameterSpecs(network, rr.fixedInputShapes(network, 1)));
showTable([
  { network: "detail refiner", parameters: count(graph), learns: "yes" },
  { network: "patch discriminator", parameters: count(critic), learns: "yes" },
  { network: "mobileface", parameters: count(mobileface.network), learns: "no" },
]);

// %% [markdown]
// At the start the last layers are 0, and outputs are *differences* from prior albedo and coarse light, so that the first picture
// is the coarse one. (The paper regresses the maps themselves; with eight faces that would begin with grey noise.)

// %%
async function createNetworks() {
  const first = (network: rr.Network) =>
    rr.initialParameters(rr.parameterSpecs(network, rr.fixedInputShapes(network, 1)), seed, "he");
  const open = (network: rr.Network, parameters: rr.ParameterValues) =>
    rr.createOnnxNetwork({ network, parameters, inputShapes: rr.fixedInputShapes(network, 4) });
  const refiner = Object.entries(first(graph)).map(([name, values]) => {
    const last = name === "albedo.4.conv.weight" || name === "light.4.conv.weight";
    return [name, last ? new Float32Array(values.length) : values];
  });
  return {
    generator: await open(graph, Object.fromEntries(refiner)),
    discriminator: await open(critic, first(critic)),
    recognition: await open(mobileface.network, mobileface.parameters),
  };
}
const networks = await createNetworks();

// %% [markdown]
// ## 9.3 One step
//
// $$\text{maps} \to \text{network} \to A', L' \to \text{three pictures} \to L_{total} \text{ (Eq. 18)} \to \text{gradients} \to \text{Adam}$$
//
// `createDetailStep` is all of it: generator forward, the pictures $R(A', L')$, $R(A', L)$ and $R(A'_B, L'_A)$, every loss of
// notebook 8, the discriminator's turn, one update of each.

// %%
const uvMask = (await uvSpace.uvMask.data<"float32">()).slice();
const schedule: rr.TrainingSchedule = {
  epochs: 100,
  batchSize: 4,
  learningRate: { first: 1e-3, decay: 1, last: 0 },
  albedoL1Epochs: 1000,
};
const weights = {
  ...rr.paperWeights,
  crossPerceptual: 0.1,
  albedoL1: 0.2,
  image: 10,
  imageGradient: 5,
  illumination: 0.3,
};
const losses = {
  set: "paper",
  weights,
  adversarial: "nonSaturating",
  openings: false,
  edgeAware: false,
} as const;

// %%
function traineeOf(
  { generator, discriminator, recognition }: Awaited<ReturnType<typeof createNetworks>>,
  onStage?: (stage: rr.StepStage) => void,
): rr.Trainee {
  const identity = rr.identityLoss(mobileface, recognition);
  const step = rr.createDetailStep({
    samples,
    generator,
    discriminator,
    identity,
    uvMask,
    losses,
    schedule,
    base: "prior",
    microBatch: 4,
    seed,
    onStage,
  });
  return { networks: { generator, discriminator }, step };
}

// %% [markdown]
// The weights are those of our `quick` preset where it differs from the paper: few faces need stronger pictures and a weaker
// recognition net. Before anything is learnt, what does one face look like through the network?

// %%
const inspect = (generator: rr.TrainableNetwork, face: PracticeFace) =>
  rr.inspectDetail(generator, face.sample, "prior");
const before = await inspect(networks.generator, heldOut[0]!);
await showImages(
  [
    { image: before.pictures.photo, caption: "photo, held out" },
    { image: before.pictures.coarse, caption: "R(A, L)" },
    { image: before.pictures.detailed, caption: "R(A′, L′), untrained" },
  ],
  { width: 480 },
);

// %% [markdown]
// ## 9.4 The training
//
// Curves grow while it runs, with the time left below. *The interrupt button stops it*: the step under way is finished and a checkpoint
// written. Errors of the held-out albedos are measured every ten steps.

// %%
const folder = await mkdtemp(path.join(tmpdir(), "rerenderable-notebook-"));
const stages = new Map<string, number>();
let [stage, since] = ["", 0];
const enter = (next: string) => {
  const now = performance.now();
  if (stage) stages.set(stage, (stages.get(stage) ?? 0) + now - since);
  [stage, since] = [next, now];
};
const errorOf = async (generator: rr.TrainableNetwork): Promise<rr.Terms> => {
  const all = [];
  for (const face of heldOut) all.push(rr.detailMetrics(await inspect(generator, face), face.sample, uvMask));
  return rr.meanTerms(all);
};

// %%
const steps = 40;
const trainee: rr.Trainee = { ...traineeOf(networks, enter), validate: () => errorOf(networks.generator) };
const curves = showCurves("Losses of the training", {
  names: ["total", "image", "imageGradient", "symmetry", "illumination"],
  scale: "log",
  seconds: 3,
});
const history: rr.CurveLine[] = [];
const options = {
  steps,
  seed,
  configHash: rr.hashSettings({ weights, schedule, seed }),
  checkpointEvery: 20,
  validateEvery: 10,
};
const onLine = (line: rr.CurveLine) => {
  history.push(line);
  if (line.kind === "training") void curves.add(line.step, line.terms);
};

// %%
const progress = showProgress("training", steps);
const onStep = (done: number) => {
  enter("");
  progress.update(done);
};
const end = await interruptible((signal) =>
  rr.train(trainee, { ...options, folder, resume: false, signal, onLine, onStep }),
);
await curves.done();
progress.done(end.interrupted ? `stopped after ${end.step} steps` : "done");

// %%
const sum = [...stages.values()].reduce((a, b) => a + b, 0);
showTable(
  [...stages].map(([name, ms]) => ({ stage: name, "share of a step, %": (100 * ms) / sum })),
  { caption: "Where the time of a step goes" },
);

// %% [markdown]
// ## 9.5 What it has learnt
//
// The face that was held out, before and after. Detail and shade come in; they are blurred, as everything has to pass a bottleneck
// that has seen eight faces.

// %%
const after = await inspect(networks.generator, heldOut[0]!);
await showImages(
  [
    { image: after.pictures.photo, caption: "photo, held out" },
    { image: after.pictures.coarse, caption: "R(A, L)" },
    { image: after.pictures.detailed, caption: "R(A′, L′)" },
    { image: after.pictures.light, caption: "L′ on grey" },
    { image: after.maps.prior, caption: "A" },
    { image: after.maps.detailed, caption: "A′" },
    { image: after.maps.truth!, caption: "true albedo" },
  ],
  { columns: 7, width: 950 },
);

// %%
const training = history.filter(({ kind }) => kind === "training");
const validation = history.filter(({ kind }) => kind === "validation");
showTable(
  [validation[0]!, validation.at(-1)!].map(({ step, terms }) => ({
    step,
    "R(A, L), dB": terms["coarse.psnr"],
    "R(A′, L), dB": terms["coarselyLit.psnr"],
    "R(A′, L′), dB": terms["detailed.psnr"],
    "albedo's error": terms["albedo.errorWhereSeen"],
  })),
  { caption: "Two held-out faces, on skin" },
);

// %% [markdown]
// ## 9.6 Stopping, and going on to the bit
//
// A second training from the same seed is aborted after three steps, as a button would do it. Then *new* networks read the checkpoint
// and go on. If everything is in it (weights, Adam's memory, the place in the random streams), the losses of steps 1 to 8 are those of the
// first run, digit for digit.

// %%
const other = await mkdtemp(path.join(tmpdir(), "rerenderable-notebook-"));
const button = new AbortController();
const lines: rr.CurveLine[] = [];
const keep = (line: rr.CurveLine) => {
  if (line.kind === "training") lines.push(line);
};
for (const resume of [false, true]) {
  const again = await createNetworks();
  const signal = resume ? undefined : button.signal;
  const press = (done: number) => done === 3 && button.abort();
  const { step, interrupted } = await rr.train(traineeOf(again), {
    ...options,
    steps: 8,
    validateEvery: 0,
    folder: other,
    resume,
    signal,
    onLine: keep,
    onStep: press,
  });
  console.log(
    `${resume ? "resumed" : "started"}: ended after step ${step}${interrupted ? ", interrupted" : ""}`,
  );
  for (const network of Object.values(again)) await network.dispose();
}

// %%
showTable(
  lines.map(({ step, terms }, i) => ({
    step,
    "this run": terms.total,
    "the first run": training[i]!.terms.total,
    same: terms.total === training[i]!.terms.total ? "yes" : "no",
  })),
  { caption: "The total loss of each step, stopped after 3" },
);

// %% [markdown]
// ## 9.7 The error curve
//
// Pictures get nearer to photos: that is what the losses ask for. Does the *albedo* get nearer to the truth, of which no loss knows
// anything?

// %%
await showLines("Error of the albedo on faces that are held out", {
  x: ["step", validation.map(({ step }) => step)],
  y: "rms error where seen",
  lines: {
    "A′": validation.map(({ terms }) => terms["albedo.errorWhereSeen"]!),
    "the prior A": validation.map(({ terms }) => terms["priorAlbedo.errorWhereSeen"]!),
  },
  fromZero: false,
});

// %%
const [first, last] = [validation[0]!.terms, validation.at(-1)!.terms];
showText(
  `R(A′, L′) went from ${first["detailed.psnr"]!.toFixed(1)} to **${last["detailed.psnr"]!.toFixed(1)} dB**; the albedo's error from ` +
    `${first["albedo.errorWhereSeen"]!.toFixed(4)} to **${last["albedo.errorWhereSeen"]!.toFixed(4)}**, in ${steps} steps of four faces.`,
);

// %% [markdown]
// (As everywhere, one best factor is taken out of the albedo first. The prior of a practice face is its *true* albedo but for the
// details, so there is little to win and much to lose; the prior of a photo is a guess.)
//
// A better picture is cheap: the light of each texel can explain anything. A better *albedo* is what the paper is about, and the curve
// above is the honest judge. Neither the paper nor any other work that trains on photos can draw it, since photos have no truth.
//
// **The paper and we.** The paper trains maps of 256, 64 channels, batch 16, for ten epochs of CelebA, two days on one RTX 2080 Ti. That
// configuration is `npm run experiment -- paper`; the one for two processor cores is `quick`, and this notebook is about `smoke`.
//
// ## Exercises
//
// 1. The batch size is 16, eight samples fit into memory at once. How many micro-batches does a step accumulate?
// 2. 640 faces, batch 16, ten epochs: how many steps?
// 3. The paper's learning rate is 1e-4, times 0.98 each epoch. What is it in the last of ten epochs (number 9 from 0)?

// %%
const answers: { micro?: number; steps?: number; rate?: number } = {
  micro: undefined,
  steps: undefined,
  rate: undefined,
};

// %%
checkAnswer("Exercise 1", answers.micro, {
  is: 2,
  hint: "gradients of the parts are added up.",
  because: "16 / 8; the means of the losses make it the same step.",
});
checkAnswer("Exercise 2", answers.steps, {
  is: (640 / 16) * 10,
  hints: [{ when: (x) => x === 40, say: "that is one epoch." }],
  hint: "each epoch sees each face once.",
  because: "40 steps an epoch.",
});
checkAnswer("Exercise 3", answers.rate, {
  is: rr.learningRateAt(rr.paperSchedule, 9),
  within: 1e-7,
  hints: [
    { when: (x) => Math.abs(x - 1e-5) < 1e-9, say: "that is the floor, which ten epochs never reach." },
  ],
  hint: "1e-4 · 0.98⁹.",
  because: "`learningRateAt(paperSchedule, 9)`.",
});

// %%
for (const network of Object.values(networks)) await network.dispose();
model.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, after the compiler had started.`,
);

// %% [markdown]
// **See also** `lib/face/training/detail-step.ts`, `lib/face/training/train.ts`; `npm run experiment -- --list`.
