// %% [markdown]
// # 4 The differentiable renderer
//
// A renderer answers "how does this face look?". The paper needs the way back as well: "the picture should be brighter *here*; which
// texel, which vertex, which angle must move, and how much?" A renderer that answers both is *differentiable*, and it is what
// lets a network learn from photos that nobody has labelled.
//
// **You will learn** the four steps from vertices to pixels; where their gradients come from and where there is none; and how a pose
// is found by nothing but walking downhill through the renderer.

// %%
import * as tf from "@tensorflow/tfjs";
import * as rr from "rerenderable";
import {
  checkAnswer,
  drawImage,
  showComparison,
  showImages,
  showLines,
  showTable,
  showText,
  tensorImage,
} from "rerenderable/notebook";

const started = performance.now();
const seed = 4;
await rr.prepareEngine();
const model = rr.createMorphableModel(await rr.loadMorphableModel("embedded"));

// %% [markdown]
// ## 4.1 Four steps
//
// | step | here | gradient? |
// | --- | --- | --- |
// | which triangle is seen through each pixel | `rasterize`: `triangleId` | none: a whole number |
// | where on it | `rasterize`: `barycentrics` | yes, to the vertices |
// | what the vertices say there | `interpolate` | yes |
// | albedo × shading (Eq. 3) | `shade` | yes, to albedo, normals, light |
//
// `renderTextured` and `renderVertexColoured` are these four in a row. Here they are one by one, for a face in a picture of 160 px.

// %%
const size = 160;
const person = rr.neutralCoefficients({
  ...rr.sampleFace(model.data, seed, { expression: false }),
  angles: Float32Array.of(0.05, 0.3, 0),
  light: Float32Array.from(rr.namedLights.studio),
});
const c = rr.coefficientTensors([person]);
const { vertices, normals } = rr.poseFace(model, c);
const clip = rr.projectToClip(vertices);
const fragments = rr.rasterize(clip, model.triangles, size, size);
showText(
  `**${model.triangles.shape[0]}** triangles for **${size * size}** pixels: most triangles are smaller than a pixel.`,
);

// %% [markdown]
// Each triangle in a colour of its own; the barycentrics as red, green, blue, from 12 × 12 pixels of the cheek, enlarged, where you see
// how finely they vary; the depth; the interpolated normals as colours.

// %%
const ids = await fragments.triangleId.data<"int32">();
const hue = (id: number) => [id * 0.618, id * 0.414, id * 0.732].map((x) => 0.3 + 0.7 * (x % 1));
const depth = await fragments.depth.data<"float32">();
const normalMap = rr.interpolate(normals, fragments, model.triangles);
const bary = await tensorImage(fragments.barycentrics);
const zoomed = drawImage(12, 12, (x, y) =>
  [0, 1, 2].map((k) => bary.data[3 * ((90 + y) * size + 70 + x) + k]!),
);
await showImages(
  [
    {
      image: drawImage(size, size, (x, y) => (ids[y * size + x]! < 0 ? 1 : hue(ids[y * size + x]!))),
      caption: "triangleId",
    },
    { image: zoomed, caption: "barycentrics, enlarged" },
    {
      image: drawImage(size, size, (x, y) => (depth[y * size + x] ? (10 - depth[y * size + x]!) * 0.8 : 0)),
      caption: "depth, near is bright",
    },
    { image: await tensorImage(tf.tidy(() => tf.add(tf.div(normalMap, 2), 0.5))), caption: "normals" },
  ],
  { width: 700 },
);

// %%
const albedoMap = rr.interpolate(model.decodeAlbedo(c.albedo), fragments, model.triangles);
const shadingMap = rr.shading(normalMap, c.light);
const picture = rr.shade(albedoMap, normalMap, c.light);
await showImages([
  { image: await tensorImage(albedoMap), caption: "albedo" },
  { image: await tensorImage(tf.tidy(() => tf.div(shadingMap, 1.3))), caption: "shading (÷ 1.3)" },
  { image: await tensorImage(picture), caption: "their product, R(A, L)" },
]);

// %% [markdown]
// **By hand.** One pixel is the mix of its triangle's three corners by the barycentrics, times Eq. 3:

// %%
const p = 95 * size + 75;
const corners = [0, 1, 2].map((k) => model.data.triangles[3 * ids[p]! + k]!);
const [albedoOf, normalOf] = [
  (await model.decodeAlbedo(c.albedo).data()) as Float32Array,
  (await normals.data()) as Float32Array,
];
const mix = (values: Float32Array, axis: number) =>
  corners.reduce((sum, v, k) => sum + bary.data[3 * p + k]! * values[3 * v + axis]!, 0);
const n = [0, 1, 2].map((axis) => mix(normalOf, axis));
const unit = n.map((value) => value / Math.hypot(...n)) as unknown as rr.Vector;
const byHand = rr.shadingAt([...person.light], unit).map((s, k) => s * mix(albedoOf, k));
const drawn = (await tensorImage(picture)).data.subarray(3 * p, 3 * p + 3);
showTable(
  [byHand, [...drawn]].map(([red, green, blue], i) => ({
    by: ["hand", "the renderer"][i],
    red,
    green,
    blue,
  })),
);

// %% [markdown]
// ## 4.2 A gradient to look at
//
// Turn the head by a little. Where does the picture get brighter (white), where darker (black)? The tape gives the answer for one
// *number* that depends on the picture; for a picture as a whole, here are differences of two renderings, and beside them the same
// for a face whose outline is antialiased.

// %%
const render = (yaw: tf.Tensor, antialias = false) => {
  const turn = tf.concat(
    [tf.scalar(0.05), yaw.asScalar(), tf.scalar(0)].map((x) => x.reshape([1, 1])),
    1,
  ) as tf.Tensor2D;
  const geometry = rr.poseFace(model, { ...c, angles: turn });
  const scene = { ...geometry, triangles: model.triangles, size: size, antialias: antialias };
  return rr.renderVertexColoured(scene, model.decodeAlbedo(c.albedo), c.light).image;
};
const change = (antialias: boolean) =>
  tf.tidy(() => {
    const [a, b] = [0.302, 0.298].map((yaw) => render(tf.scalar(yaw), antialias));
    return tf.add(tf.div(tf.sub(a!, b!), 0.2), 0.5) as tf.Tensor4D;
  });
await showImages(
  [
    { image: await tensorImage(change(false)), caption: "change with yaw" },
    { image: await tensorImage(change(true)), caption: "antialiased outline" },
  ],
  { width: 420 },
);

// %% [markdown]
// Without antialiasing a pixel at the outline belongs to the face or it does not: when the head turns it jumps, or nothing happens,
// so its gradient is 0 or useless. `antialias` blends the two sides by how much of the pixel each covers, and that share has a
// gradient.
//
// **A law.** The gradient of any number of the picture must agree with differences. Here the number is the picture weighed by smooth
// random weights, $m = \sum_p w_p R_p$, as a function of three things:

// %%
const random = rr.createRandom(seed);
const weights = tf.avgPool(
  tf.tensor4d(random.normalArray(3 * size * size), [1, size, size, 3]),
  31,
  1,
  "same",
);
const scene = { vertices: vertices, normals: normals, triangles: model.triangles, size: size };
const measure = (image: tf.Tensor) => tf.sum(tf.mul(weights, image)) as tf.Scalar;
const skin = model.decodeAlbedo(c.albedo);
const first = tf.tensor2d(
  Array.from({ length: 27 }, (_, i) => Number(i === 0)),
  [1, 27],
);

// %%
const functions: Record<string, [at: number, f: (x: tf.Tensor) => tf.Scalar]> = {
  "the light's first number": [
    0,
    (x) =>
      measure(rr.renderVertexColoured(scene, skin, tf.add(c.light, tf.mul(first, x)) as tf.Tensor2D).image),
  ],
  "brightness of the albedo": [
    1,
    (x) => measure(rr.renderVertexColoured(scene, tf.mul(skin, x) as tf.Tensor3D, c.light).image),
  ],
  yaw: [0.3, (x) => measure(render(x, true))],
};

// %%
showTable(
  Object.entries(functions).map(([of, [at, f]]) => {
    const step = 0.02;
    const tape = tf.tidy(() => tf.grad(f)(tf.scalar(at)).dataSync()[0]!);
    const [after, before] = [at + step, at - step].map((x) => tf.tidy(() => f(tf.scalar(x)).dataSync()[0]!));
    return { of, tape, difference: (after! - before!) / (2 * step) };
  }),
  { caption: "Slopes of m" },
);

// %% [markdown]
// To light and albedo the picture is linear, and the two agree to the digits. To the yaw only nearly: the tape holds fixed *what* is seen
// in each pixel, while differences also see what comes out from behind the nose.
//
// ## 4.3 A known answer: the pose
//
// Render the face at a pose we know. Start from another, compare pictures, walk downhill. Nothing tells the optimiser about poses:
// it only ever sees the difference of two pictures.

// %%
const truth = [0.05, 0.3, -0.1];
const posed = (angles: tf.Tensor2D) => {
  const geometry = rr.poseFace(model, { ...c, angles: angles });
  return rr.renderVertexColoured(
    { ...geometry, triangles: model.triangles, size: 96, antialias: true },
    skinColour,
    c.light,
  ).image;
};
const skinColour = model.decodeAlbedo(c.albedo);
const target = posed(tf.tensor2d([truth]));
const start = [0.25, 0.0, 0.1];
const angles = tf.variable(tf.tensor2d([start]));
const loss = () => tf.mean(tf.square(tf.sub(posed(angles as unknown as tf.Tensor2D), target))) as tf.Scalar;
const atStart = await tensorImage(tf.tidy(() => posed(tf.tensor2d([start]))));

// %%
const adam = tf.train.adam(0.03);
const degrees = (radians: number) => (radians * 180) / Math.PI;
const [losses, offs]: [number[], number[]] = [[], []];
for (let step = 0; step < 60; step++) {
  const value = adam.minimize(loss, true, [angles])!;
  losses.push((await value.data())[0]!);
  value.dispose();
  const now = await angles.data();
  offs.push(degrees(Math.hypot(...truth.map((angle, k) => now[k]! - angle))));
}
await showLines("Finding a pose by the picture alone", {
  x: ["step", offs.map((_, i) => i + 1)],
  y: "angles off, degrees",
  lines: { error: offs },
});

// %%
await showComparison(
  { image: atStart, caption: "where it started" },
  { image: await tensorImage(target), caption: "the picture it was shown" },
);
showText(
  `From **${degrees(Math.hypot(...truth.map((angle, k) => start[k]! - angle))).toFixed(1)}°** to **${offs.at(-1)!.toFixed(2)}°**; ` +
    `the loss fell from ${losses[0]!.toExponential(1)} to ${losses.at(-1)!.toExponential(1)}.`,
);

// %% [markdown]
// ## 4.4 How far may the start be off?
//
// Downhill only helps while there is something to compare. The same walk from ever farther away, in yaw alone, until the face looks the
// other way and there is no picture at all:

// %%
const distances = [10, 30, 60, 90, 120];
const ends: number[] = [];
for (const distance of distances) {
  const from = tf.variable(tf.tensor2d([[0.05, 0.3 - (distance * Math.PI) / 180, -0.1]]));
  const walker = tf.train.adam(0.06);
  for (let step = 0; step < 25; step++) {
    walker.minimize(
      () => tf.mean(tf.square(tf.sub(posed(from as unknown as tf.Tensor2D), target))) as tf.Scalar,
      false,
      [from],
    );
  }
  const now = await from.data();
  ends.push(degrees(Math.hypot(...truth.map((angle, k) => now[k]! - angle))));
  tf.dispose([from]);
}
await showLines("Where 25 steps end", {
  x: ["yaw off at the start, degrees", distances],
  y: "off at the end, degrees",
  lines: { error: ends },
});

// %% [markdown]
// **The paper and we.** The paper takes a renderer that computes pseudo-gradients on the way back only (its reference 44, "for
// efficient inference"), on a GPU. Ours has true gradients inside the face, and at outlines where `antialias` is asked for. It
// shades each pixel; `renderPerVertex` is the authors' way, a colour a vertex. In the paper's own training the geometry is fixed,
// so it is the gradients to albedo and light that count: those of notebook 9.
//
// ## Exercises
//
// 1. Which of the four steps has no gradient? Answer with its name in the table's middle column: `triangleId`, `barycentrics`,
//    `interpolate` or `shade`.
// 2. A pixel's barycentrics are 0.2, 0.3 and …?
// 3. A mask that is 0 leaves a pixel out of a loss. What is the gradient of the loss to that pixel?

// %%
const answers: { step?: string; third?: number; gradient?: number } = {
  step: undefined,
  third: undefined,
  gradient: undefined,
};

// %%
checkAnswer("Exercise 1", answers.step, {
  is: "triangleId",
  hints: [
    { when: (x) => x === "rasterize", say: "it has two outputs, and only one of them is a whole number." },
  ],
  hint: "which of them is not a smooth function of the vertices?",
  because: "a number of a triangle jumps: it is taken as given on the way back.",
});
checkAnswer("Exercise 2", answers.third, {
  is: 0.5,
  within: 1e-6,
  hint: "they are shares of one whole.",
  because: "the three sum to 1.",
});
checkAnswer("Exercise 3", answers.gradient, {
  is: 0,
  hint: "change that pixel: what happens to the loss?",
  because: "what does not count does not pull. A test holds every loss to it.",
});

// %%
model.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, after the compiler had started.`,
);

// %% [markdown]
// **See also** `lib/graphics/renderer/render.ts`, `lib/graphics/renderer/outline/antialias.ts`; next, [5 the prior albedo](05-prior-albedo.ipynb).
