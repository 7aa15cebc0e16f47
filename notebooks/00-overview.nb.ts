// %% [markdown]
// # Overview: from one photo to a face that can be lit again
//
// This notebook walks the whole path of the laboratory once, on a photo that is in the public domain. Each later notebook
// takes one stage apart; here you see that they fit together.
//
//     photo ─ landmarks ─ aligned face ─ coefficients ─ geometry, prior albedo, coarse light
//                              └──────── unwrapped texture ──── detailed albedo, detailed light ──── pictures, relit
//
// **You will learn** what goes in and out of each stage, which of the paper's equations it is, and how far to trust it.
// You need no GPU and no Python. The last cell says how long it took.

// %%
import { Series } from "danfojs-node";
import * as rr from "rerenderable";
import {
  checkAnswer,
  showFigure,
  showImages,
  showLines,
  showMesh,
  showProgress,
  showTable,
  showText,
} from "rerenderable/notebook";

const started = performance.now();
const firstSeed = 1;
const engine = await rr.prepareEngine();
console.log(engine.reason);

// %% [markdown]
// ## 1 The photo and the face in it
//
// A detector finds the face and 68 landmarks; a similarity transform carries eyes, nose and mouth corners to fixed places in
// a square of 224 px. From here on a camera of focal length 1015 px, one metre away, is assumed.

// %%
const photo = await rr.readImage("datasets/portraits/astronaut.png");
const reconstructor = await rr.createReconstructor();
const progress = showProgress("reconstructing", 100);
const result = await rr.reconstruct(reconstructor, photo, {
  seed: firstSeed,
  onStage: (stage, share) => {
    if (stage === "coefficients") progress.update(Math.round(100 * share));
  },
});
progress.done();
await showImages([
  { image: photo, caption: "photo (NASA, public domain)" },
  { image: result.pictures.input, caption: "aligned face" },
  { image: result.pictures.mask, caption: "skin, told from hair, eyes and glasses" },
]);

// %% [markdown]
// ## 2 The morphable model
//
// A face is a mean plus a few directions of change, for albedo (Eq. 1) and shape (Eq. 2):
//
// $$A = \bar{A} + F_A \Theta_A, \qquad S = \bar{S} + F_I \Theta_I + F_E \Theta_E$$
//
// | symbol | here | size |
// | --- | --- | --- |
// | $\Theta_I$ | `coefficients.identity` | 80 |
// | $\Theta_E$ | `coefficients.expression` | 64 |
// | $\Theta_A$ | `coefficients.albedo` | 80 |
// | $\Theta_L$ | `coefficients.light` | 27 |
//
// The model that comes with the install is baked from CC0 sources: designed variation, not scans. It stands in for the
// Basel Face Model of the paper.

// %%
const { coefficients, losses } = result.fit;
const strongest = Array.from(coefficients.expression)
  .map((value, i) => ({ unit: reconstructor.model.data.expressionNames[i], value }))
  .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  .slice(0, 5);
showTable(strongest, { caption: "The expression units that the fit uses most (0 at rest, 1 full)" });

// %% [markdown]
// ## 3 The fit
//
// Pose, identity and expression come from the landmarks; albedo and light from the skin's colours and from what a small network
// believes of them; then all of them move together, by Gauss-Newton steps on points of the skin, so that the face meets the photo. The curve is the cost before each
// step. It jumps where a stage begins: pictures get finer, skin is found anew, and the costs are of that stage alone.

// %%
await showFigure(
  {
    data: [{ x: losses.map((_, i) => i + 1), y: [...losses], type: "scatter", mode: "lines", name: "cost" }],
    layout: {
      title: { text: "Photometric fit" },
      xaxis: { title: { text: "step" } },
      yaxis: { title: { text: "cost" } },
      width: 640,
      height: 320,
    },
  },
  `${losses.length} steps: the first stage moves albedo and light alone, the others all coefficients.`,
);

// %%
await showImages([
  { image: result.pictures.input, caption: "photo" },
  { image: result.pictures.coarse, caption: "R(A, L): prior albedo under the coarse light" },
  { image: result.pictures.overlay, caption: "the same over the photo" },
]);

// %% [markdown]
// The coarse picture has the right head, pose, skin and light, and nothing that makes the person this person. That is what a
// linear model can do, and why the paper adds detail.
//
// ## 4 The flat map
//
// Every point of the face has a place on a flat map (uv space), and mirroring the map mirrors the face. Carrying the photo
// there gives the *unwrapped texture*: complete where the camera saw the face, noise where it did not.

// %%
await showImages([
  { image: result.maps.priorAlbedo, caption: "prior albedo A" },
  { image: result.maps.unwrapped, caption: "unwrapped texture T, holes filled with noise" },
  { image: result.maps.uvMask, caption: "M_uv: facial skin" },
]);

// %% [markdown]
// ## 5 Light, and what is left without it
//
// Light is 27 numbers, nine spherical-harmonics functions $\Phi_b$ of the surface normal for each colour, and multiplies the
// albedo (Eq. 3):
//
// $$T(n, a, \Theta_L) = a \sum_b \Theta_L^b \, \Phi_b(n)$$
//
// One such light cannot explain shadows with an edge and highlights. So each texel gets a light of its own, $L'$, and the albedo
// the fine detail that is the person's own, $A'$: the refinement of section 4.2. Which part of the detail that is, a network decides, texel
// by texel; it learnt it from portraits and synthetic faces, each under two lights ([notebook 7](07-detail-refinement.ipynb)).

// %%
await showImages([
  { image: result.pictures.light, caption: "L′ on white (halved)" },
  { image: result.maps.albedo, caption: "A′" },
  { image: result.pictures.albedo, caption: "A′ on the face, without light" },
  { image: result.detail!.pictures.detailed, caption: "R(A′, L′)" },
]);

// %% [markdown]
// ## 6 Lit again

// %%
await showImages(
  Object.entries(result.pictures.relit).map(([name, image]) => ({ image, caption: `under "${name}"` })),
);

// %% [markdown]
// The same to turn, under a light to drag:

// %%
await showMesh(reconstructor.model, result.fit.coefficients, "The portrait's detailed albedo", {
  albedo: result.maps.albedo,
});

// %% [markdown]
// ## 7 How good is it?
//
// Measured on the aligned face, in encoded sRGB, inside two masks: the skin that the parsing network keeps, and all skin that the
// fitted face covers, hair over it included. The paper's own figures come from another model and other photos: do not set
// these beside them.

// %%
const rows = [
  { picture: "R(A, L)", region: "skin mask", ...result.metrics.coarse },
  { picture: "R(A, L)", region: "geometric mask", ...result.metrics.coarseGeometricMask },
  { picture: "R(A′, L)", region: "skin mask", ...result.detail!.metrics.detailedCoarseLight },
  { picture: "R(A′, L′)", region: "skin mask", ...result.detail!.metrics.detailed },
];
showTable(rows, { caption: "The pictures against the photo" });
showTable([
  {
    "mean landmark error, px": result.landmarkError,
    "rms identity coefficient": Math.sqrt(new Series(Array.from(coefficients.identity, (c) => c * c)).mean()),
    "share of skin kept by the mask": result.maskShare,
  },
]);

// %% [markdown]
// ## 8 A known answer
//
// A fit that looks right can still be wrong. So: render the model's mean face under a light we know, add noise, ask for the
// light back, and compare.

// %%
const { model } = reconstructor;
const truth = rr.namedLights.window;
const synthetic = await rr.seeFace(model, rr.neutralCoefficients({ light: Float32Array.from(truth) }), 224);
const noises = [0, 0.01, 0.02, 0.05, 0.1];
const errors = noises.map((noise) => {
  const random = rr.createRandom(firstSeed);
  const noisy = synthetic.image.map((value) => value + noise * random.normal());
  const { light } = rr.fitAppearance(model.data, {
    ...synthetic,
    image: noisy,
    mask: synthetic.projected.data,
  });
  const square = light.reduce((sum, value, i) => sum + (value - truth[i]) ** 2, 0);
  return Math.sqrt(square / truth.reduce((sum, value) => sum + value ** 2, 0));
});

// %%
await showLines("Recovering a known light", {
  x: ["noise added to the picture (sRGB)", noises],
  y: "relative error of the 27 numbers",
  lines: { "relative error": errors },
});

// %% [markdown]
// The error does not go to zero without noise: albedo and light explain the same pixels, and only the priors decide between
// them. Every method in this field has this ambiguity; the test bench of this laboratory measures it.
//
// ## Exercises
//
// 1. White light of strength 1 renders the albedo itself. What must the first of the nine numbers of each colour then be?
// 2. How many of the 257 coefficients describe the shape of the face at rest?

// %%
const answers: { firstBand?: number; shapeAtRest?: number } = {
  firstBand: undefined,
  shapeAtRest: undefined,
};
checkAnswer("Exercise 1", answers.firstBand, {
  is: rr.ambientWhite[0]!,
  within: 1e-3,
  hints: [{ when: (x) => x === 1, say: "the first function is a constant, but it is not 1." }],
  hint: "notebook 3 has the nine functions.",
  because: "times the constant of the first function it is 1.",
});
checkAnswer("Exercise 2", answers.shapeAtRest, {
  is: rr.coefficientSizes.identity,
  hints: [{ when: (x) => x === 144, say: "that is with its expression." }],
  hint: "see the table in 2.",
  because: "identity alone; expression moves a face that is not at rest.",
});

// %% [markdown]
// **See also** `lib/reconstruct.ts`, the same path as one screen of code, and `npm run reconstruct -- your-photo.jpg`.

// %%
reconstructor.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, after the compiler had started.`,
);
