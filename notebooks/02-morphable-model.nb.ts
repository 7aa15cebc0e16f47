// %% [markdown]
// # 2 The morphable model
//
// How many numbers make a face? Tens of thousands, if each vertex is free; about two hundred, if faces are only allowed to differ
// as faces do. That is a *morphable model*: a mean face, and directions in which people differ.
//
// **You will learn** what the paper's equations 1 and 2 say and how small the code for them is; what single coefficients do; how
// a face is found again from a few noisy points, and what the prior has to do with it.

// %%
import * as tf from "@tensorflow/tfjs";
import { Matrix, solve } from "ml-matrix";
import * as rr from "rerenderable";
import { checkAnswer, showImages, showLines, showMesh, showTable, showText } from "rerenderable/notebook";

const started = performance.now();
const seed = 7;
await rr.prepareEngine();
const data = await rr.loadMorphableModel("embedded");
const model = rr.createMorphableModel(data);

// %% [markdown]
// ## 2.1 The equations
//
// Albedo (the colour of the skin without any light) and shape are each a mean plus a sum of basis vectors:
//
// $$A = \bar{A} + F_A \Theta_A \tag{1}$$
//
// $$S = \bar{S} + F_I \Theta_I + F_E \Theta_E \tag{2}$$
//
// | symbol | here | |
// | --- | --- | --- |
// | $A$ | `model.decodeAlbedo(albedo)` | three colours a vertex, encoded sRGB |
// | $S$ | `model.decodeShape(identity, expression)` | a place for each vertex, in units of 10 cm |
// | $\bar{A}, \bar{S}$ | `data.meanAlbedo`, `data.meanShape` | the mean face |
// | $F_A, F_I, F_E$ | `data.albedoModes`, `identityModes`, `expressionModes` | the bases, one row a coefficient |
// | $\Theta_A, \Theta_I, \Theta_E$ | `albedo`, `identity`, `expression` | what a fit has to find |

// %%
showTable([
  { what: "vertices, N", here: model.vertexCount, paper: 35_709 },
  { what: "identity coefficients", here: data.identityPrior.size, paper: 80 },
  { what: "expression coefficients", here: data.expressionPrior.size, paper: 64 },
  { what: "albedo coefficients", here: data.albedoPrior.size, paper: 80 },
]);

// %% [markdown]
// The bases stand on a coarse mesh, and a fixed linear subdivision makes the drawn vertices of it, so the equations hold for
// these too. Let us not believe it: Eq. 2 by hand, for the vertex at the tip of the nose of a random person.

// %%
const person = rr.sampleFace(data, seed);
const nose = data.landmarks[30]!;
const rows = rr.shapeRows(data, [nose]); // the rows of the mean and of the bases for one vertex
const theta = [...person.identity, ...person.expression];
const byHand = [0, 1, 2].map((k) =>
  rows.modes.reduce((sum, mode, i) => sum + mode[k]! * theta[i]!, rows.mean[k]!),
);
const decoded = tf.tidy(() => {
  const { identity, expression } = rr.coefficientTensors([rr.neutralCoefficients(person)]);
  return Array.from(model.decodeShape(identity, expression).slice([0, nose, 0], [1, 1, 3]).dataSync());
});
showTable([byHand, decoded].map(([x, y, z], i) => ({ by: ["hand", "model.decodeShape"][i], x, y, z })));

// %% [markdown]
// ## 2.2 Faces
//
// The mean has all coefficients 0. Others are drawn at random from how far people of the model spread.

// %%
const picture = async (parts: Partial<rr.Coefficients>, size = 150) => {
  const light = Float32Array.from(rr.namedLights.studio);
  const seen = await rr.seeFace(model, rr.neutralCoefficients({ light, ...parts }), size);
  return { width: size, height: size, data: seen.image };
};
const crowd = [{ image: await picture({}), caption: "the mean" }];
for (let i = 1; i <= 5; i++)
  crowd.push({ image: await picture(rr.sampleFace(data, seed + i)), caption: `person ${seed + i}` });
await showImages(crowd);

// %% [markdown]
// One of them, to turn and to light. Only the front of the head is modelled.

// %%
const light = Float32Array.from(rr.namedLights.window);
await showMesh(model, rr.neutralCoefficients({ ...person, light }), "A person who does not exist");

// %% [markdown]
// ## 2.3 One coefficient at a time
//
// The first directions of identity, moved by two deviations to either side; then some movements of expression, at full strength;
// then pigment. Each is one row of a basis.

// %%
const only = (size: number, at: number, value: number) =>
  Float32Array.from({ length: size }, (_, i) => (i === at ? value : 0));
const identities = [];
for (const at of [0, 1, 2]) {
  for (const times of [-2, 2]) {
    const identity = only(80, at, times * data.identityPrior.sigma[at]!);
    identities.push({ image: await picture({ identity }), caption: `identity ${at + 1}, ${times} σ` });
  }
}
await showImages(identities);

// %%
const expressions = [];
for (const name of ["mouth-open", "mouth-corner-puller", "eyebrows-left-up", "eye-left-closure"]) {
  const at = data.expressionNames.findIndex((other) => other.startsWith(name));
  if (at < 0) continue;
  const image = await picture({ expression: only(64, at, 1) });
  expressions.push({ image, caption: data.expressionNames[at]! });
}
await showImages(expressions);

// %%
const albedos = [];
for (const at of [0, 1, 2]) {
  for (const times of [-1.5, 1.5]) {
    const albedo = only(80, at, times * data.albedoPrior.sigma[at]!);
    albedos.push({
      image: await picture({ albedo }),
      caption: `${data.albedoNames?.[at] ?? `albedo ${at}`}, ${times} σ`,
    });
  }
}
await showImages(albedos);

// %% [markdown]
// ## 2.4 A law
//
// Both equations are *linear*: the sum of two faces' differences from the mean is the difference of the sum. A model that
// breaks it is not one of this kind. Largest violation, over all vertices, of $A(a + b) - A(a) - A(b) + A(0) = 0$:

// %%
const other = rr.sampleFace(data, seed + 1);
const violation = tf.tidy(() => {
  const [a, b] = [person, other].map(({ albedo }) => tf.tensor2d(albedo, [1, 80]));
  const decode = (x: tf.Tensor2D) => model.decodeAlbedo(x);
  const left = tf.sub(decode(tf.add(a!, b!)), decode(a!));
  return tf.max(tf.abs(tf.sub(left, tf.sub(decode(b!), decode(tf.zeros([1, 80])))))).dataSync()[0]!;
});
console.log(`largest violation: ${violation.toExponential(1)} of an albedo from 0 to 1`);

// %% [markdown]
// ## 2.5 A known answer
//
// Give a person 68 points, forget the coefficients, and ask for them back from the points. That is a linear system: three equations a point,
// one unknown a coefficient. With noise $\sigma$ on the points, two ways:
//
// - least squares: $\min_\Theta \| \bar S + F_I \Theta - s \|^2$,
// - the same with the *prior*: people are near the mean, $+ \sigma^2 \sum_i (\Theta_i / \sigma_i)^2$.

// %%
const at68 = rr.shapeRows(data, data.landmarks);
const basis = new Matrix(at68.modes.slice(0, 80).map((mode) => [...mode])).transpose(); // [204, 80]
const everywhere = rr.shapeRows(
  data,
  Array.from({ length: 500 }, (_, i) => 60 * i),
); // where the error is measured
const random = rr.createRandom(seed);
function recover(identity: Float32Array, noise: number, usePrior: boolean): number[] {
  const offsets = basis.mmul(Matrix.columnVector([...identity])).to1DArray();
  const seen = Matrix.columnVector(offsets.map((value) => value + noise * random.normal()));
  const normal = basis.transpose().mmul(basis);
  const sigma = data.identityPrior.spread ?? data.identityPrior.sigma;
  for (let i = 0; i < 80; i++) {
    const prior = usePrior ? (noise / sigma[i]!) ** 2 : 0;
    normal.set(i, i, normal.get(i, i) + prior + 1e-9);
  }
  return solve(normal, basis.transpose().mmul(seen)).to1DArray();
}

// %%
const errorInMm = (found: readonly number[], truth: Float32Array) => {
  let square = 0;
  for (let k = 0; k < everywhere.mean.length; k++) {
    const off = found.reduce((sum, value, i) => sum + (value - truth[i]!) * everywhere.modes[i]![k]!, 0);
    square += off * off;
  }
  return 100 * Math.sqrt(square / (everywhere.mean.length / 3)); // units of 10 cm
};
const noisesInMm = [0.05, 0.1, 0.2, 0.5, 1, 2];
const people = Array.from({ length: 8 }, (_, i) => rr.sampleFace(data, 100 + i).identity);
const meanError = (solver: (identity: Float32Array) => readonly number[]) =>
  people.reduce((sum, identity) => sum + errorInMm(solver(identity), identity), 0) / people.length;
const [free, held] = [false, true].map((prior) =>
  noisesInMm.map((noise) => meanError((id) => recover(id, noise / 100, prior))),
);
const ofMean = meanError(() => new Array(80).fill(0));

// %%
await showLines("Recovering a shape from 68 noisy points in space", {
  x: ["noise of each point, mm", noisesInMm],
  y: "rms error over the whole face, mm",
  lines: {
    "least squares": free!,
    "with the prior": held!,
    "just the mean face": noisesInMm.map(() => ofMean),
  },
  log: true,
});

// %%
showText(
  `With ${noisesInMm.at(-1)} mm of noise, plain least squares is **${(free!.at(-1)! / ofMean).toFixed(1)} times** as far off as the mean ` +
    `face itself, which knows nothing of the person; with the prior the error is **${(held!.at(-1)! / ofMean).toFixed(2)} times** the mean's.`,
);

// %% [markdown]
// Few points and many unknowns: without the prior, noise becomes a caricature. Every fit in notebook 5 has this prior in it.
// (Real landmarks are worse off: they are places in a *picture*, without depth, and a pose has to be found as well.)
//
// **The paper and we.** The paper's model is the Basel Face Model of 2009, made of scans of people, which one must ask for.
// Ours is baked from designed CC0 assets, so its directions say nothing about how real people differ; sizes and equations
// are the same, and `loadMorphableModel("your-model.mat")` puts the Basel model in its place.
//
// ## Exercises
//
// 1. How many coefficients of the 257 decide the *shape* of a face (with its expression, without its pose)?
// 2. A coefficient of identity is doubled. By what factor does the offset of each vertex from the mean grow, if all others are 0?
// 3. Ten photos of one person: how many coefficients have to be found in all, if identity and albedo are shared? (Expression,
//    pose and light are each photo's own.)

// %%
const answers: { shape?: number; factor?: number; photos?: number } = {
  shape: undefined,
  factor: undefined,
  photos: undefined,
};

// %%
const { identity: ni, expression: ne, albedo: na, angles, translation, light: nl } = rr.coefficientSizes;
checkAnswer("Exercise 1", answers.shape, {
  is: ni + ne,
  hints: [{ when: (x) => x === ni, say: "that is the face at rest. A smile moves vertices too." }],
  hint: "look at the right side of Eq. 2.",
  because: "identity and expression are both in Eq. 2.",
});
checkAnswer("Exercise 2", answers.factor, {
  is: 2,
  hint: "Eq. 2 is linear.",
  because: "offsets grow with the coefficient: that is what linear means.",
});

// %%
checkAnswer("Exercise 3", answers.photos, {
  is: ni + na + 10 * (ne + angles + translation + nl),
  hints: [{ when: (x) => x === 2570, say: "that shares nothing." }],
  hint: "shared ones once, the rest ten times; pose has six numbers, light 27.",
  because: "which is why several photos of one person are fitted together (`fitPhotos`).",
});

// %%
model.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, after the compiler had started.`,
);

// %% [markdown]
// **See also** `lib/face/morphable-model/morphable-model.ts`, both equations in a few lines; next, [3 light](03-light.ipynb).
