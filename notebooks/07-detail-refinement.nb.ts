// %% [markdown]
// # 7 Detail refinement
//
// This is the paper's contribution (section 4.2). The prior albedo is smooth and complete, but it is nobody's skin. The unwrapped
// texture is this person's skin, but with holes, shadows and highlights in it. A network looks at both and gives two maps: a
// *detailed albedo* $A'$, and a *detailed light* $L'$ that has a light of its own for each texel.
//
// **You will learn** what goes into the network and what comes out; what it is made of; where its work begins; what the three
// pictures are for; and how far from the truth it is on a face whose truth is known.

// %%
import * as rr from "rerenderable";
import { addedDetail, lossReadings, mapShading } from "rerenderable/face";
import {
  checkAnswer,
  practiceFace,
  showComparison,
  showImages,
  showLines,
  showTable,
  showText,
} from "rerenderable/notebook";

const started = performance.now();
const seed = 7;
await rr.prepareEngine();
const model = rr.createMorphableModel(await rr.loadMorphableModel("embedded"));
const refiner = await rr.loadDetailRefiner();
const side = refiner.uvSize;
const uvSpace = rr.uvSpaceOf(model, side);

// %% [markdown]
// ## 7.1 The network
//
// $$[A \mid T] \;\to\; \text{encoder} \;\to\; \begin{cases} \text{albedo decoder} \to A' \\ \text{light decoder} \to L' \end{cases}$$
//
// That is the paper's: pix2pix's generator with one encoder, two decoders and no skip connections, as a skip would carry the texture's
// shadows and noise straight to the output. It learns for two days what a face looks like, and it makes each texel itself.
//
// Ours *decides*. What prior albedo and coarse light leave unexplained of the photo, $u = \log T - \log (A S)$, is cut into bands of
// size, $u = \sum_b u_b$. For each texel and each band the network says how much of it is albedo, how much is light, and how much is
// neither (hair, a hand, the rim of a spectacle):
//
// $$A' = A \, e^{\sum_b w_b u_b + n c} \qquad L' = L \, e^{\sum_b v_b u_b} + l \qquad w_b + v_b \le 1$$
//
// with $c$ and $l$ smooth corrections, and $n$ how much of a texel's surroundings the photo shows: where it shows nothing, the prior stands. What it passes on is the photo's own detail, at any size of the maps; what it learns is whose
// detail that is. (`network.base` in a config: `direct` is the paper's way, `bands` this one.)
//
// | symbol | here | shape |
// | --- | --- | --- |
// | $[A \mid T \mid u]$, and where $T$ is seen | input `maps` | U × U × 10 |
// | $w_b, v_b$, as logits of albedo, light, neither | output `shares` | U × U × 3 K, with K bands |
// | $c$ | output `albedo` | U × U × 3 |
// | $l$ | output `light` | U × U × 27 |

// %%
const graph = refiner.network.network;
const shapes = rr.fixedInputShapes(graph, 1);
const specs = rr.parameterSpecs(graph, shapes);
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
showTable(
  specs
    .filter(({ name, shape }) => name.endsWith(".weight") && shape.length === 4)
    .map(({ name, shape }) => ({
      convolution: name.replace(/(\.conv)?\.weight$/, ""),
      kernel: shape.join(" × "),
      numbers: sizeOf(shape),
    })),
);
const parameters = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
showText(`All together **${parameters.toLocaleString("en")}** numbers, trained in \`${refiner.name}\`.`);

// %% [markdown]
// ## 7.2 What goes in
//
// A practice face: a random person with freckles, moles and lines that the model does not have, under a light with a shadow. All of it is
// known. Its prior albedo and coarse light are here the true ones of the model, so that what is missing is detail and shadow alone.

// %%
const practice = await practiceFace(model, uvSpace, seed, { size: 224, yaw: 0.25 });
const { sample } = practice;
const face = await rr.inspectDetail(refiner.network, sample, refiner.base);
await showImages([
  { image: face.pictures.photo, caption: "the picture I" },
  { image: face.maps.prior, caption: "prior albedo A" },
  { image: face.maps.texture, caption: "unwrapped texture T, holes filled with noise" },
]);

// %% [markdown]
// ## 7.3 What it decides
//
// On the left, all that prior albedo and coarse light leave unexplained: brighter than grey where the photo is brighter than explained.
// Beside it, what of that the network gave to the albedo and to the light. A freckle should be in the one, the edge of a shadow in the
// other.

// %%
const shading = await mapShading(model, uvSpace, sample.coefficients, face.lightMap);
const detail = addedDetail(sample, { albedo: face.maps.detailed.data, shading });
/** A logarithm as grey: ±1/2 from black to white. */
const asGrey = (log: Float32Array) => ({
  width: side,
  height: side,
  data: Float32Array.from({ length: 3 * log.length }, (_, i) =>
    sample.seen[Math.floor(i / 3)] === 1 ? 0.5 + log[Math.floor(i / 3)]! : 0.5,
  ),
});
await showImages([
  { image: asGrey(detail.unexplained), caption: "unexplained" },
  { image: asGrey(detail.toAlbedo), caption: "to the albedo" },
  { image: asGrey(detail.toLight), caption: "to the light" },
]);

// %% [markdown]
// ## 7.4 What comes out
//
// Two maps. A light of 27 numbers a texel cannot be looked at; so it is shown on a grey face, $\tfrac12 \sum_b L'_b \Phi_b(n)$.

// %%
await showImages([
  { image: face.maps.detailed, caption: "detailed albedo A′" },
  { image: practice.albedo, caption: "the true albedo" },
  { image: face.pictures.light, caption: "L′ on a grey face" },
]);

// %% [markdown]
// From the two maps and the coarse light come three pictures, and each has its loss (notebook 8):
//
// | picture | what it must do |
// | --- | --- |
// | $R(A', L')$ | be the photo (Eq. 16) |
// | $R(A', L)$ | have the photo's *changes* from pixel to pixel (Eq. 15): so detail must be in the albedo |
// | $R(A' \text{ of } B, L' \text{ of } A)$ | still be person B (Eq. 5): so identity must not be in the light |

// %%
await showImages([
  { image: face.pictures.coarse, caption: "R(A, L), what it began with" },
  { image: face.pictures.coarselyLit, caption: "R(A′, L)" },
  { image: face.pictures.detailed, caption: "R(A′, L′)" },
]);
await showComparison(
  { image: face.pictures.photo, caption: "the picture" },
  { image: face.pictures.detailed, caption: "R(A′, L′)" },
);

// %%
const skin = (await uvSpace.uvMask.data<"float32">()).slice();
const figures = rr.detailMetrics(face, sample, skin);
showTable(
  (["coarse", "coarselyLit", "detailed"] as const).map((name) => ({
    picture: { coarse: "R(A, L)", coarselyLit: "R(A′, L)", detailed: "R(A′, L′)" }[name],
    L1: figures[`${name}.l1`]!,
    "PSNR, dB": figures[`${name}.psnr`]!,
    SSIM: figures[`${name}.ssim`]!,
  })),
  { caption: "Against the picture, on the skin mask" },
);

// %% [markdown]
// ## 7.5 Swapping the light
//
// If albedo and light are really apart, one person can be put under another's light. Here are two people, each under the light of both.
// Look for brows or wrinkles of the one on the other: those are identity that went into the light.

// %%
const other = await practiceFace(model, uvSpace, seed + 4, { size: 224, yaw: -0.2 });
const second = await rr.inspectDetail(refiner.network, other.sample, refiner.base);
await showImages(
  [
    { image: face.pictures.detailed, caption: "first, own light" },
    {
      image: await rr.lightDetail(sample, face.maps.detailed.data, second.lightMap),
      caption: "first, light of the second",
    },
    {
      image: await rr.lightDetail(other.sample, second.maps.detailed.data, face.lightMap),
      caption: "second, light of the first",
    },
    { image: second.pictures.detailed, caption: "second, own light" },
  ],
  { columns: 4 },
);

// %% [markdown]
// ## 7.6 A known answer
//
// How near is $A'$ to the true albedo, and how does that depend on how strong the detail is? The error is the root mean square over seen
// skin, after the one factor that no picture tells. With no detail at all the prior *is* the truth here, and whatever the network adds
// is wrong. The more detail, the more it has to add.

// %%
const strengths = [0, 0.5, 1, 1.5, 2];
const errors: { prior: number[]; albedo: number[]; texture: number[] } = {
  prior: [],
  albedo: [],
  texture: [],
};
for (const detail of strengths) {
  const known = await practiceFace(model, uvSpace, seed, { size: 224, yaw: 0.25, detail: detail });
  const found = await rr.inspectDetail(refiner.network, known.sample, refiner.base);
  const terms = rr.detailMetrics(found, known.sample, skin);
  errors.prior.push(terms["priorAlbedo.errorWhereSeen"]!);
  errors.albedo.push(terms["albedo.errorWhereSeen"]!);
  errors.texture.push(terms["texture.errorWhereSeen"]!);
}
await showLines("Error of the albedo where it is seen", {
  x: ["strength of the detail", strengths],
  y: "rms, encoded sRGB",
  lines: {
    "unwrapped texture T": errors.texture,
    "prior albedo A": errors.prior,
    "detailed albedo A′": errors.albedo,
  },
});

// %% [markdown]
// ## 7.7 More steps on the photo itself
//
// No loss needs the true albedo or light. So the training may go on at the very end, on the one photo that is to be reconstructed (`--refine n` of
// `npm run reconstruct`). The weights are put back afterwards.

// %%
const stepCounts = [0, 5, 10, 20];
const covered = (await uvSpace.covered.data<"float32">()).slice();
const losses = {
  ...lossReadings.deciding,
  adversarial: "nonSaturating",
  openings: false,
  edgeAware: false,
} as const;
const inspect = async () =>
  rr.detailMetrics(await rr.inspectDetail(refiner.network, sample, refiner.base), sample, skin);

// %%
const after: { detailed: number[]; coarselyLit: number[] } = { detailed: [], coarselyLit: [] };
for (const steps of stepCounts) {
  const options = { steps: steps, learningRate: 1e-4, uvMask: covered, losses: losses };
  const terms = await rr.refineOnPhoto(refiner, sample, options, inspect);
  after.detailed.push(terms["detailed.psnr"]!);
  after.coarselyLit.push(terms["coarselyLit.psnr"]!);
}
await showLines("After more steps on this face alone", {
  x: ["steps", stepCounts],
  y: "PSNR, dB",
  lines: { "R(A′, L′)": after.detailed, "R(A′, L)": after.coarselyLit },
  fromZero: false,
});

// %% [markdown]
// **The paper and we.** The encoder, the losses and the schedule's shape are the paper's. Ours differs where two cores ask for it: half the
// channels and texels, decisions in place of maps, other weights of the losses, and pairs of photos of one skin under two lights, each said
// in `experiments/train-detail/decide.ts` with what was measured; and 400 portraits and 250 synthetic faces in place of CelebA. What the paper claims of the pictures, notebook 10 measures; what it could not
// measure, the albedo against its truth, too.
//
// ## Exercises
//
// 1. The first convolution of the encoder reads ten channels with kernels of 3 × 3. How many weights has one of its kernels?
// 2. Of the three pictures, which one would *not* change if a shadow moved from the light into the albedo and the light were brightened
//    to make up for it: `coarse`, `coarselyLit` or `detailed`?
// 3. The encoder halves the map three times. How many texels of this notebook's map does one texel at the bottleneck stand for?

// %%
const answers: { kernel?: number; picture?: string; texels?: number } = {
  kernel: undefined,
  picture: undefined,
  texels: undefined,
};

// %%
checkAnswer("Exercise 1", answers.kernel, {
  is: 90,
  hints: [{ when: (x) => x === 9, say: "one for each of the ten channels as well." }],
  hint: "width times height times channels.",
  because: "3 × 3 × 10; see the table of 7.1.",
});
checkAnswer("Exercise 2", answers.picture, {
  is: "detailed",
  hints: [
    {
      when: (x) => x.toLowerCase() === "coarse",
      say: "that one never has the detailed maps in it, so it is no test.",
    },
    {
      when: (x) => x.toLowerCase() === "coarselylit",
      say: "its light is the coarse one, which does not make up for it.",
    },
  ],
  hint: "one of the three names.",
  because:
    "the product of albedo and light stays what it is: the ambiguity that all the other losses are there for.",
});

// %%
checkAnswer("Exercise 3", answers.texels, {
  is: 64,
  hints: [
    { when: (x) => x === 8, say: "that is its side." },
    {
      when: (x) => x === 256,
      say: "that is the side of the bottleneck's map squared; the question is the other way around.",
    },
  ],
  hint: "each halving merges two by two.",
  because:
    "8 × 8: a shadow's edge is finer, so the decoder of the decisions sees the encoder's layers; the paper's decoders do not.",
});

// %%
await refiner.dispose();
uvSpace.dispose();
model.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, after the compiler had started.`,
);

// %% [markdown]
// **See also** `lib/face/training/detail-step.ts`, a training step on one screen; before, [6 unwrapping](06-unwrapping.ipynb); next,
// [8 losses](08-losses.ipynb).
