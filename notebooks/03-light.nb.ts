// %% [markdown]
// # 3 Light
//
// A picture of a face is skin *times* light, and only the product is seen. This notebook is about the second factor: how 27
// numbers can stand for all the lamps, windows and walls around a head, and what they cannot say.
//
// **You will learn** what spherical harmonics look like, equation 3 term by term, how to get a light back from a picture, and
// the two reasons why that is not the end of the story: shadows, and skin that is as dark as the light is bright.

// %%
import { Matrix, solve } from "ml-matrix";
import * as rr from "rerenderable";
import { checkAnswer, drawImage, showImages, showLines, showTable, showText } from "rerenderable/notebook";

const started = performance.now();
const seed = 11;
await rr.prepareEngine();
const model = rr.createMorphableModel(await rr.loadMorphableModel("embedded"));

// %% [markdown]
// ## 3.1 The equation
//
// A vertex $s_i$ with unit normal $n_i$ and albedo $a_i$ has the colour
//
// $$T_{s_i}(n_i, a_i, \Theta_L) = a_i \times \sum_{b=1}^{27} \Theta_L^b \, \Phi_b(n_i) \tag{3}$$
//
// | symbol | here | |
// | --- | --- | --- |
// | $\Theta_L$ | a light: `namedLights.window`, `coefficients.light` | 27 numbers |
// | $\Phi_b(n)$ | `shBasis(x, y, z)` | nine functions of the normal |
// | $\sum_b \Theta_L^b \Phi_b(n)$ | `shadingAt(light, normal)` | red, green, blue: the *shading* |
// | $a_i$ | `model.decodeAlbedo` | the albedo |
//
// The sum to 27 is to be read as three sums of nine, one a colour: our light is colour-major, nine for red, nine for green, nine
// for blue. By hand, for a normal that looks up to the left:

// %%
const normal: rr.Vector = [-0.6, 0.48, 0.64];
const light = rr.namedLights.window;
const phi = rr.shBasis(...normal);
const byHand = [0, 1, 2].map((colour) =>
  phi.reduce((sum, value, b) => sum + light[9 * colour + b]! * value, 0),
);
const asTable = ([red, green, blue]: readonly number[], by: string) => ({ by, red, green, blue });
showTable([asTable(byHand, "hand, Eq. 3"), asTable(rr.shadingAt(light, normal), "shadingAt")]);

// %% [markdown]
// ## 3.2 The nine functions
//
// A ball has every normal that looks at us. Each picture is one $\Phi_b$: grey is 0, white above, black below. One constant, three
// gradients, five of second order. Sums of them are all the lights there are in Eq. 3.

// %%
const onBall = (side: number, colour: (n: rr.Vector) => number | readonly number[]) =>
  drawImage(side, side, (px, py) => {
    const [x, y] = [(2 * (px + 0.5)) / side - 1, 1 - (2 * (py + 0.5)) / side];
    const square = x * x + y * y;
    return square > 1 ? 1 : colour([x, y, Math.sqrt(1 - square)]);
  });
const names = ["1", "y", "z", "x", "xy", "yz", "3z² − 1", "xz", "x² − y²"];
await showImages(
  names.map((name, b) => ({ image: onBall(96, (n) => 0.5 + 0.45 * rr.shBasis(...n)[b]!), caption: name })),
  { columns: 9, width: 900 },
);

// %% [markdown]
// Why do nine suffice? A matt surface gathers light from half of all directions, weighed by the cosine. That blurs the
// surroundings so much that hardly anything above second order is left. (The factors of that blur, $\pi, 2\pi/3, \pi/4$, are in
// our $\Phi_b$.) Beside the exact cosine of one far lamp:

// %%
const degrees = Array.from({ length: 37 }, (_, i) => 5 * i);
const lamp = rr.directionalLight([0, 0, 1], [1, 1, 1]);
const shade = degrees.map(
  (d) => rr.shadingAt(lamp, [Math.sin((d * Math.PI) / 180), 0, Math.cos((d * Math.PI) / 180)])[0]!,
);
const cosine = degrees.map((d) => Math.max(0, Math.cos((d * Math.PI) / 180)));
await showLines("A lamp, and what nine numbers make of it", {
  x: ["angle between normal and lamp, degrees", degrees],
  y: "shading",
  lines: { "max(0, cos)": cosine, "order 2": shade },
});
showText(
  `The largest difference is **${Math.max(...shade.map((s, i) => Math.abs(s - cosine[i]!))).toFixed(3)}**.`,
);

// %% [markdown]
// ## 3.3 Lights on a face
//
// One face, five lights. The neutral one, `ambientWhite`, has a shading of 1 for every normal, and so shows the albedo itself.

// %%
const person = {
  ...rr.sampleFace(model.data, seed, { expression: false }),
  angles: Float32Array.of(0, 0.35, 0),
};
const lit = async (sh: rr.Light) => {
  const seen = await rr.seeFace(
    model,
    rr.neutralCoefficients({ ...person, light: Float32Array.from(sh) }),
    180,
  );
  return { width: 180, height: 180, data: seen.image };
};
const strip = [];
for (const [name, sh] of Object.entries(rr.namedLights)) strip.push({ image: await lit(sh), caption: name });
await showImages(strip);

// %% [markdown]
// **A law.** Turning the light with the head changes no shading: the rotated light sees the rotated normal as the light saw the
// normal before. `rotateLight` is exact for all nine bands. Largest violation over 200 random normals:

// %%
const turn = rr.rotationMatrix([0.3, -1.1, 0.2]);
const random = rr.createRandom(seed);
const unit = (): rr.Vector => {
  const [x, y, z] = [random.normal(), random.normal(), random.normal()];
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
};
const turned = (n: rr.Vector) =>
  turn.map((row) => row[0] * n[0] + row[1] * n[1] + row[2] * n[2]) as unknown as rr.Vector;
const violations = Array.from({ length: 200 }, unit).map((n) => {
  const after = rr.shadingAt(rr.rotateLight(light, turn), turned(n));
  return Math.max(...rr.shadingAt(light, n).map((value, c) => Math.abs(value - after[c]!)));
});
console.log(`largest violation: ${Math.max(...violations).toExponential(1)}`);

// %% [markdown]
// ## 3.4 A known answer: the light of a picture
//
// With normals and albedo known, Eq. 3 is *linear* in the light: each pixel is one equation, nine unknowns a colour. Least squares
// gives them back. First without noise:

// %%
const size = 120;
const scene = rr.neutralCoefficients({ ...person, light: Float32Array.from(light) });
const [seen, bare] = [
  await rr.seeFace(model, scene, size),
  await rr.seeFace(model, { ...scene, light: Float32Array.from(rr.ambientWhite) }, size),
];
const skin = [...seen.projected.data.keys()].filter((p) => seen.projected.data[p] === 1);
const normals = skin.map((p) => {
  const corners = [0, 1, 2].map((k) => model.data.triangles[3 * seen.triangleId[p]! + k]!);
  const n = [0, 1, 2].map((axis) =>
    corners.reduce((sum, v, k) => sum + seen.barycentrics[3 * p + k]! * seen.normals[3 * v + axis]!, 0),
  );
  const length = Math.hypot(...n);
  return n.map((value) => value / length) as unknown as rr.Vector;
});

// %%
/** @param albedo of each pixel, as the solver believes it */
function solveLight(image: ArrayLike<number>, albedo: ArrayLike<number>): number[] {
  return [0, 1, 2].flatMap((c) => {
    const rows = skin.map((p, i) => rr.shBasis(...normals[i]!).map((value) => albedo[3 * p + c]! * value));
    const [m, y] = [new Matrix(rows), Matrix.columnVector(skin.map((p) => image[3 * p + c]!))];
    return solve(m.transpose().mmul(m), m.transpose().mmul(y)).to1DArray();
  });
}
const error = (found: readonly number[]) => rr.lightError(found, light).raw;
showText(
  `Relative error of the shading: **${error(solveLight(seen.image, bare.image)).toExponential(1)}**, from ${skin.length} pixels of skin.`,
);

// %%
const noises = [0, 0.02, 0.05, 0.1, 0.2];
const noisy = (noise: number) => seen.image.map((value) => value + noise * random.normal());
await showLines("Recovering the light of a known face", {
  x: ["noise of the picture, sRGB", noises],
  y: "relative error of the shading",
  lines: { error: noises.map((noise) => error(solveLight(noisy(noise), bare.image))) },
});

// %% [markdown]
// Thousands of equations for 27 unknowns: noise hardly matters. So where is the difficulty? In what we took as known.
//
// ## 3.5 The ambiguity
//
// Suppose the solver believes an albedo that is $k$ times the true one. It finds a light that is $1/k$ times the true one, and
// the picture is explained *exactly as well*.

// %%
const factors = [0.6, 0.8, 1, 1.25, 1.6];
const rows = factors.map((k) => {
  const believed = bare.image.map((value) => k * value);
  const found = solveLight(seen.image, believed);
  const residual = skin.map(
    (p, i) => rr.shadingAt(found, normals[i]!)[0]! * believed[3 * p]! - seen.image[3 * p]!,
  );
  return {
    "albedo times": k,
    "brightness of the light found": rr.seenBrightness(found) / rr.seenBrightness(light),
    "picture left unexplained": Math.max(...residual.map(Math.abs)),
  };
});
showTable(rows, { caption: "One picture, many answers" });

// %% [markdown]
// No picture can decide this; priors do (how bright lights usually are, how skin usually is), and a prior that is careless here
// makes dark skin fair. Notebook 5 measures it.
//
// ## 3.6 What 27 numbers cannot say
//
// A cast shadow has an edge that does not follow the normals. Darken what lies left of the nose, solve again, and look at what is
// left: this is why the paper gives every texel a light of its own.

// %%
const shadowed = seen.image.map((value, i) => (Math.floor(i / 3) % size < 0.45 * size ? 0.5 * value : value));
const best = solveLight(shadowed, bare.image);
const explained = new Float32Array(3 * size * size);
skin.forEach((p, i) => {
  explained.set(
    rr.shadingAt(best, normals[i]!).map((value, c) => value * bare.image[3 * p + c]!),
    3 * p,
  );
});

// %%
const square = { width: size, height: size };
const difference = drawImage(size, size, (x, y) => {
  const i = 3 * (y * size + x);
  return explained[i] === 0 ? 0 : 3 * Math.abs(explained[i]! - shadowed[i]!);
});
await showImages(
  [
    { image: { ...square, data: shadowed }, caption: "with a shadow" },
    { image: { ...square, data: explained }, caption: "the best 27 numbers" },
    { image: difference, caption: "what is left, red, × 3" },
  ],
  { width: 540 },
);

// %%
const unshadowed = solveLight(seen.image, bare.image);
const rms = (image: ArrayLike<number>, sh: readonly number[]) =>
  Math.sqrt(
    skin.reduce(
      (sum, p, i) => sum + (rr.shadingAt(sh, normals[i]!)[0]! * bare.image[3 * p]! - image[3 * p]!) ** 2,
      0,
    ) / skin.length,
  );
const depths = [0, 0.2, 0.4, 0.6, 0.8];
const left = depths.map((depth) => {
  const image = seen.image.map((value, i) =>
    Math.floor(i / 3) % size < 0.45 * size ? (1 - depth) * value : value,
  );
  return rms(image, depth === 0 ? unshadowed : solveLight(image, bare.image));
});
await showLines("What one light of 27 numbers leaves of a shadow", {
  x: ["how much darker the shadow is", depths],
  y: "rms error on skin, sRGB",
  lines: { "left over": left },
});

// %% [markdown]
// **The paper and we.** The paper says the same in words: three bands "limit its representational capacity", and its answer is the
// detailed light of notebook 8 (Eq. 4). It multiplies encoded colours, as Eq. 3 stands; physics would multiply linear ones.
// Ours follows the paper; the renderer's `colour: "linear"` is the other way.
//
// ## Exercises
//
// 1. White light of shading 1 everywhere: what is its first number, $\Theta_L^1$?
// 2. A lamp in front, `directionalLight([0, 0, 1], …)`: which of the nine numbers of a colour are not 0?  Count them.
// 3. If the believed albedo is a quarter too bright (times 1.25), by what factor is the light found too dim?

// %%
const answers: { first?: number; count?: number; dim?: number } = {
  first: undefined,
  count: undefined,
  dim: undefined,
};

// %%
checkAnswer("Exercise 1", answers.first, {
  is: rr.ambientWhite[0]!,
  within: 1e-3,
  hints: [
    {
      when: (x) => x === 1,
      say: "the first function is a constant, but it is not 1: it is `shFactors.one`.",
    },
  ],
  hint: "solve Θ · Φ₁ = 1.",
  because: "1 over the constant of the first function.",
});
checkAnswer("Exercise 2", answers.count, {
  is: lamp.slice(0, 9).filter((value) => Math.abs(value) > 1e-9).length,
  hints: [{ when: (x) => x === 1, say: "a lamp is not one function: it has a part in every order." }],
  hint: "which of the nine functions in 3.2 are not 0 at the middle of the ball?",
  because: "1, z and 3z² − 1: all the others vanish at the lamp's own direction.",
});
checkAnswer("Exercise 3", answers.dim, {
  is: 0.8,
  within: 0.005,
  hint: "the product stays the same.",
  because: "1 / 1.25, as the table in 3.5 has it.",
});

// %%
model.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, after the compiler had started.`,
);

// %% [markdown]
// **See also** `lib/graphics/scene/spherical-harmonics.ts`, `lib/graphics/scene/light-prior.ts`; next,
// [4 the differentiable renderer](04-differentiable-renderer.ipynb).
