// %% [markdown]
// # 1 Images and landmarks
//
// Before anybody speaks of faces, a program has numbers in a grid. This notebook goes from there to the square of 224 pixels in
// which every later notebook works: eyes at fixed places, a camera of known focal length.
//
// **You will learn** what the numbers of a pixel mean and why "half as bright" is a trap; how 68 points stand for a face; how
// five of them fix the crop, and how far a crop can be trusted.
//
// | in the paper (section 4.3) | here |
// | --- | --- |
// | 68 landmarks of each photo | `detector.detect` |
// | cropped, scaled, the face in the centre, 224 × 224 | `alignFace` |

// %%
import * as rr from "rerenderable";
import {
  checkAnswer,
  drawImage,
  markPoints,
  showImages,
  showLines,
  showTable,
  showText,
} from "rerenderable/notebook";

const started = performance.now();
const seed = 1;
const engine = await rr.prepareEngine();
console.log(engine.reason);

// %% [markdown]
// ## 1.1 A photo is numbers
//
// `readImage` gives every photo in one form, whatever the file was: rows from the top, three numbers a pixel, 0 to 1.

// %%
const photo = await rr.readImage("datasets/portraits/astronaut.png");
const pixel = (x: number, y: number) =>
  Array.from(photo.data.subarray(3 * (y * photo.width + x), 3 * (y * photo.width + x) + 3));
await showImages([{ image: photo, caption: "Eileen Collins (NASA, public domain)" }], { width: 300 });
const names = ["red", "green", "blue"];
const row = (place: string, x: number, y: number) => ({
  place,
  ...Object.fromEntries(pixel(x, y).map((value, i) => [names[i], value])),
});
showTable([row("forehead", 225, 112), row("suit", 60, 480)]);

// %% [markdown]
// ## 1.2 Encoded and linear
//
// These numbers are *encoded* (sRGB): they follow what the eye calls equal steps. Light itself adds up in *linear* numbers,
//
// $$\text{linear}(c) = \begin{cases} c / 12.92 & c \le 0.04045 \\ \left( (c + 0.055) / 1.055 \right)^{2.4} & \text{else} \end{cases}$$
//
// So a pixel of 0.5 does not send half the light of a pixel of 1.

// %%
const codes = Array.from({ length: 101 }, (_, i) => i / 100);
await showLines("The light of a pixel", {
  x: ["number in the file", codes],
  y: "light, linear",
  lines: { light: codes.map((c) => rr.srgbToLinear(c)) },
});

// %% [markdown]
// Look at the three squares from far away, or half closed eyes. The stripes are black and white, so half the light comes from
// them. Which grey is as bright: the one with half the *number*, or the one with half the *light*?

// %%
const halfLight = rr.linearToSrgb(0.5);
await showImages([
  { image: drawImage(120, 120, () => 0.5), caption: "half the number" },
  { image: drawImage(120, 120, (_, y) => y % 2), caption: "stripes" },
  { image: drawImage(120, 120, () => halfLight), caption: "half the light" },
]);
showText(`Half the light is the number **${halfLight.toFixed(3)}**.`);

// %% [markdown]
// The paper multiplies albedo and light in *encoded* numbers, as most work on faces does, and so do we by default; the renderer
// has `colour: "linear"` for the other way. It is a choice, not physics: notebook 3 comes back to it.
//
// ## 1.3 The face and its 68 points
//
// One network finds a box, a second one 68 points in it: jaw, brows, nose, eyes, lips. The order of the points never changes,
// so "point 30" is always the tip of the nose.

// %%
const detector = await rr.loadFaceDetector();
const [face] = await detector.detect(photo);
await showImages([{ image: markPoints(photo, face!.points), caption: "the 68 points" }], { width: 360 });
showText(`The detector is sure by **${face!.score.toFixed(3)}** (1 is certain).`);

// %% [markdown]
// ## 1.4 The crop
//
// Five points are made of the 68: eyes, nose tip, mouth corners. A *similarity* carries them onto a template: scale $s$, turn
// $R$, shift $t$, and nothing that would change a face's shape. It is the best one in least squares:
//
// $$\min_{s, R, t} \sum_{k=1}^{5} \left\| s R p_k + t - q_k \right\|^2$$
//
// | symbol | here |
// | --- | --- |
// | $p_k$ | `fivePoints(face.points)` |
// | $q_k$ | `alignmentTemplate` |
// | $s, R, t$ | `aligned.toCrop`, as four numbers |
//
// Points of the plane are complex numbers, and then the solution is one division, with $\bar p, \bar q$ the means:
// $a = \sum (q_k - \bar q)(p_k - \bar p)^* / \sum |p_k - \bar p|^2$, where $|a|$ is the scale and its angle the turn.

// %%
const mean = (points: readonly rr.Point[], k: number) =>
  points.reduce((sum, point) => sum + point[k]!, 0) / points.length;
function scaleAndTurn(from: readonly rr.Point[], to: readonly rr.Point[]) {
  let [re, im, square] = [0, 0, 0];
  from.forEach((p, i) => {
    const [x, y] = [p[0] - mean(from, 0), p[1] - mean(from, 1)];
    const [u, v] = [to[i]![0] - mean(to, 0), to[i]![1] - mean(to, 1)];
    re += u * x + v * y;
    im += v * x - u * y;
    square += x * x + y * y;
  });
  return { scale: Math.hypot(re, im) / square, degrees: (Math.atan2(im, re) * 180) / Math.PI };
}

// %%
const five = rr.fivePoints(face!.points);
const aligned = rr.alignFace(photo, face!.points);
showTable([
  { by: "hand, above", ...scaleAndTurn(five, rr.alignmentTemplate) },
  { by: "alignFace", scale: aligned.toCrop.scale, degrees: (aligned.toCrop.rotation * 180) / Math.PI },
]);

// %%
await showImages([
  { image: markPoints(photo, five, [1, 0.2, 0.1], 5), caption: "five points in the photo" },
  {
    image: markPoints(aligned.image, rr.alignmentTemplate, [1, 0.2, 0.1]),
    caption: "the crop, with the template",
  },
  { image: markPoints(aligned.image, aligned.points68InCrop!), caption: "the crop, with its 68 points" },
]);

// %% [markdown]
// The template is not arbitrary. With eyes 60 px apart in 224 px, a camera of focal length 1015 px sees a head one metre away:
// the paper's regressor (its reference 6) assumes the same, so that a pose means the same thing in every notebook from here on.
//
// ## 1.5 How steady is the crop?
//
// Points come with noise. Move each of them by a normal draw, solve again, and see how far the crop turns: once from the five
// points, once from all 68.

// %%
const random = rr.createRandom(seed);
const spreads = [0, 1, 2, 3, 4, 5];
const turnError = (points: readonly rr.Point[], spread: number) => {
  const squares = Array.from({ length: 100 }, () => {
    const noisy = points.map(
      ([x, y]): rr.Point => [x + spread * random.normal(), y + spread * random.normal()],
    );
    return ((rr.fitSimilarity(noisy, points).rotation * 180) / Math.PI) ** 2;
  });
  return Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
};
const [few, all] = [five, face!.points].map((points) => spreads.map((spread) => turnError(points, spread)));
await showLines("How far noise turns the crop", {
  x: ["noise of each point, px of the photo", spreads],
  y: "turn of the crop, degrees",
  lines: { "five points": few!, "68 points": all! },
});

// %% [markdown]
// More points are steadier, but jaw points slide along the cheek when a head turns. Five points that mean the same place on
// every head are worth more than 68 that do not, so five it is.
//
// ## 1.6 A known answer
//
// Turn the *photo* by an angle we know and detect again. The points should turn with it. How far are they off?

// %%
const centre = [face!.box.x + face!.box.width / 2, face!.box.y + face!.box.height / 2] as const;
const turnBy = (degrees: number) => {
  const [rotation, side] = [(degrees * Math.PI) / 180, 360];
  const turned = { scale: 1, rotation, translation: [0, 0] as const };
  const [x, y] = rr.applySimilarity(turned, centre);
  const similarity = { ...turned, translation: [side / 2 - x, side / 2 - y] as const };
  return { similarity, ...rr.warpImage(photo, similarity, side, side) };
};
await showImages(
  [-30, 0, 30].map((degrees) => ({ image: turnBy(degrees).image, caption: `${degrees}°` })),
  { width: 480 },
);

// %%
const angles = [-45, -30, -20, -10, 0, 10, 20, 30, 45];
const errors: number[] = [];
for (const degrees of angles) {
  const { image, similarity } = turnBy(degrees);
  const [found] = await detector.detect(image);
  const distances = face!.points.map((point, k) => {
    const [x, y] = rr.applySimilarity(similarity, point);
    return found ? Math.hypot(found.points[k]![0] - x, found.points[k]![1] - y) : Number.NaN;
  });
  // In px of the aligned face, as everywhere else.
  errors.push((aligned.toCrop.scale * distances.reduce((a, b) => a + b)) / distances.length);
}

// %%
await showLines("How far the 68 points are off in a turned photo", {
  x: ["turn, degrees", angles],
  y: "mean distance, px at 224",
  lines: { error: errors },
});

// %% [markdown]
// At 0° the photo was only cut out and sampled anew, and still the points move a little: that is the detector's noise, which no
// fit can get below. Away from 0° it grows: the detector has seen mostly upright heads.
//
// **The paper and we.** The paper takes PRNet's landmarks and does not say how its crop is made, nor how far its points are off.
// Our detector is face-api, whose weights come with the install, and the template above is our choice. So errors "in px" here
// and in other papers are not the same px.
//
// ## Exercises
//
// Write your answers in place of `undefined` and run the cell.
//
// 1. A pixel of 0.5 in the file sends how much of the light of a pixel of 1?
// 2. How many numbers does a similarity of the plane have?
// 3. In a crop of 512 px in place of 224, how many pixels do the eyes stand apart?

// %%
const answers: { light?: number; numbers?: number; apart?: number } = {
  light: undefined,
  numbers: undefined,
  apart: undefined,
};

// %%
checkAnswer("Exercise 1", answers.light, {
  is: rr.srgbToLinear(0.5),
  within: 0.005,
  hints: [
    { when: (x) => Math.abs(x - 0.5) < 0.01, say: "that is the number in the file. Read the curve in 1.2." },
    {
      when: (x) => Math.abs(x - halfLight) < 0.01,
      say: "that is the way back: the number that sends half the light.",
    },
  ],
  hint: "use the formula of 1.2, with the power 2.4.",
  because: "less than a quarter, which is why stripes look so much brighter than the grey of 0.5.",
});

// %%
checkAnswer("Exercise 2", answers.numbers, {
  is: 4,
  hints: [{ when: (x) => x === 6, say: "six would be an affine map, which may shear a face." }],
  hint: "count scale, turn, and the two of the shift.",
  because:
    "scale, angle, and a shift of two numbers: two points would do to fix it, and five make it robust.",
});
checkAnswer("Exercise 3", answers.apart, {
  is: (60 * 512) / 224,
  within: 0.5,
  hints: [{ when: (x) => x === 60, say: "the template scales with the crop." }],
  hint: "the share of the crop between the eyes stays the same.",
  because: "60 of 224 stays 60 of 224.",
});

// %%
detector.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, the engine's start included.`,
);

// %% [markdown]
// **See also** `lib/face/landmarks/align-face.ts`, `lib/base/image/colour.ts`; next, [2 the morphable model](02-morphable-model.ipynb).
