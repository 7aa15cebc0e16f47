// %% [markdown]
// # 11 Ablations
//
// What is a loss *for*? The honest way to ask is to do without it. The paper trains without the image gradient, without the losses of
// texture regularisation, without the cross perceptual loss, and shows pictures (Figures 10 and 11). So do we, and count. But a training
// begins somewhere, takes ten minutes and hides what a loss asks for behind a network. So we ask the losses alone too, by free maps: on
// many faces, whose numbers are kept, and on three faces here, in seconds, where you take losses out yourself.
//
//     npm run experiment -- ablation-none --run synthetic          # and ablation-no-gradient, …: 10 minutes each
//     npm run experiment -- figure-10 --results results/published  # and figure-11
//     npm run experiment -- free-maps --results results/published  # 50 minutes
//
// **You will learn** what each loss does by what goes wrong without it; how to ask a claim of a picture in numbers, with an interval; and
// that a loss may be right and yet change nothing.

// %%
import { readFile } from "node:fs/promises";
import * as rr from "rerenderable";
import { detailShares, lossReadings, mapShading, pairedDifference } from "rerenderable/face";
import {
  checkAnswer,
  openFreeMaps,
  practiceFace,
  showFigure,
  showImages,
  showLines,
  showTable,
  showText,
} from "rerenderable/notebook";

const started = performance.now();
const seed = 11;

// %%
const published = (file: string) => readFile(`results/published/${file}`, "utf8");
const figure10 = JSON.parse(await published("figure-10/hard-light/summary.json"));
const figure11 = JSON.parse(await published("figure-11/hard-light/summary.json"));
const show = async (figure: string, caption: string) => {
  const image = await rr.readImage(`results/published/${figure}/hard-light/figure.png`);
  return showImages([{ image, caption }], { width: 900 });
};
/** The rows of a table as records of text. */
const rowsOf = (csv: string): Record<string, string>[] => {
  const [names, ...rows] = csv
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(names!.map((name, i) => [name, row[i]!])));
};

// %% [markdown]
// ## 11.1 Figure 10: the image gradient, and texture regularisation
//
// All trainings begin at the same first guess, see the same faces in the same order and take as many steps. Only the weights differ:
// $\lambda_{dp1} = 0$ takes out Eq. 15, $\lambda_{ar1} = \dots = \lambda_{ar4} = 0$ Eq. 7 to 12. Compare the albedos of a row: where are
// brows and wrinkles? Where is a shadow?

// %%
showText(`**${figure10.faces}** synthetic test faces under hard light, of which four are shown.`);
await show("figure-10", "a row for each face: its photo, then the three trainings");

// %% [markdown]
// The paper shows pictures. We know the true albedo, so each of its claims can be a number:
//
// | the paper says | so this must change | how |
// | --- | --- | --- |
// | Eq. 15 brings detail into the albedo | gradient energy of A′, over that of the true albedo | lower without it |
// | | share of the photo's unexplained detail that stands in A′ | lower without it |
// | regularisation keeps the light out | `leakage`: share of the light's contrast that stands in the albedo | higher without it |
// | | how unlike its mirror image the albedo's brightness is | more without it |
// | Eq. 5 keeps the person out of the light | cosine of the light alone, on grey, and the photo, by a judge | higher without it |
// | | the person known again under another's light | less without it |
//
// Where a published run does not have a measure yet, its row is missing below.

// %%
interface Variant {
  readonly variant: string;
  readonly [count: string]: string | Readonly<Record<string, number>>;
}
type Asked = readonly [group: string, key: string, sign: 1 | -1];
const count = (results: readonly Variant[], name: string, group: string, key: string) =>
  (results.find(({ variant }) => variant === name)![group] as Record<string, number> | undefined)?.[key];
/** Claims: the value with all losses, without, and whether it moved as the paper says, by more than a fiftieth. */
const claims = (results: readonly Variant[], without: string, asked: readonly Asked[]) =>
  asked.flatMap(([group, key, sign]) => {
    const [all, less] = ["all losses", without].map((name) => count(results, name, group, key));
    if (all === undefined || less === undefined) return [];
    const moved = (sign * (less - all)) / Math.abs(all);
    const verdict = moved > 0.02 ? "yes" : moved < -0.02 ? "no, the other way" : "hardly any difference";
    return [
      { without, measure: `${group}: ${key}`, "all losses": all, "without it": less, "as claimed": verdict },
    ];
  });

// %%
const gradient = claims(figure10.results, "no image gradient", [
  ["gradient-energy", "albedo", -1],
  ["detail-shares", "albedoDetail.below4", -1],
]);
const regularisation = claims(figure10.results, "no texture regularisation", [
  ["albedo-truth", "leakage", 1],
  ["albedo-truth", "brightnessSymmetry", 1],
]);
showTable([...gradient, ...regularisation]);

// %% [markdown]
// A mean over few faces may move by luck. Where there is a number for each face we can say by how much: the faces are drawn again and again
// from themselves, with repeats, and the middle 95 % of the means are an interval (`pairedDifference`). It says how sure the difference is
// for *other faces*, not for another training.

// %%
const random = rr.createRandom(seed);
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Number(Math.abs(value).toPrecision(2))}`;
const paired = async (figure: string, without: string, measures: readonly string[]) => {
  const rows = rowsOf(await published(`${figure}/hard-light/table.csv`));
  const of = (variant: string, key: string) =>
    rows.filter((row) => row.variant === variant).map((row) => Number(row[key]));
  return measures.map((measure) => {
    const [less, all] = [of(without, measure), of("all losses", measure)];
    const { low, high, larger, count: faces } = pairedDifference(less, all, random);
    const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    const sure = low > 0 ? "rises" : high < 0 ? "falls" : "not sure";
    const difference = `${signed(low)} to ${signed(high)}`;
    return {
      ...{ without, measure },
      ...{ "all losses": mean(all).toPrecision(4), "without it": mean(less).toPrecision(4) },
      ...{
        "95 % interval of the difference": difference,
        "so it": sure,
        "larger on": `${larger} of ${faces}`,
      },
    };
  });
};

// %%
const measures = ["coarselyLit.psnr", "detailed.psnr", "albedo.errorWhereSeen", "albedo.error"];
const without10 = ["no image gradient", "no texture regularisation"];
for (const without of without10) showTable(await paired("figure-10", without, measures));

// %% [markdown]
// ## 11.2 Figure 11: the cross perceptual loss
//
// $L_{cp}$ puts one person under the light of another and asks a recognition network whether it is still the same person. If brows or
// wrinkles stood in the light they would be seen on the other face.

// %%
await show("figure-11", "a row for each face: its photo, then with all losses and without Eq. 5");

// %%
const perceptual = claims(
  figure11.results,
  "no cross perceptual",
  (["faceres", "dlib"] as const).flatMap((judge): Asked[] => [
    ["identity-in-light", judge, 1],
    ["identity-on-grey", `onGrey.light.${judge}`, 1],
    ["swapped-identity", judge, -1],
  ]),
);
showTable(perceptual);
showTable(await paired("figure-11", "no cross perceptual", measures));

// %%
const asked = [...gradient, ...regularisation, ...perceptual];
const verdicts = ["yes", "no, the other way", "hardly any difference"].map(
  (verdict) => `${verdict}: **${asked.filter((row) => row["as claimed"] === verdict).length}**`,
);
showText(
  `Of ${asked.length} measures of the trainings, as the paper claims by more than 2 %: ${verdicts.join("; ")}.`,
);

// %% [markdown]
// ## 11.3 The losses alone, on many faces
//
// In free maps nothing comes between a loss and a map: A′ and L′ themselves are moved by Adam, from the prior albedo and the coarse
// light on, with all losses but Eq. 12 at the weights of `lossReadings.balanced`, and then with one left out, or with another reading of
// the paper. Where does the photo's fine detail go? An error bar is the 95 % interval of the difference to all losses.

// %%
const folder = "free-maps/synthetic";
const missing = `The kept rows are not here: \`results/published/${folder}\` is what \`free-maps\` above writes.`;
const kept = await published(`${folder}/summary.json`).then(JSON.parse, () => undefined);
const differences = kept ? rowsOf(await published(`${folder}/differences.csv`)) : [];
const keptVariants: string[] = kept?.means.map(({ variant }: Variant) => variant) ?? [];
const bars = (figure: string, name: string) => {
  const of = keptVariants.map((one) =>
    differences.find((row) => row.variant === one && row.figure === figure),
  );
  const y = of.map((row) => (row ? +row.without! : (kept.means[0][figure] as number)));
  const side = (key: "low" | "high") => of.map((row) => row && Math.abs(+row[key]! - +row.difference!));
  const error_y = { symmetric: false, array: side("high"), arrayminus: side("low"), thickness: 1, width: 2 };
  const x = keptVariants.map((variant) => variant.replaceAll("-", " "));
  return { type: "bar", name: name, x: x, y: y, error_y: error_y };
};

// %%
if (!kept) showText(missing);
else {
  const title = `Share of the fine detail that stands in each map, ${kept.faces} faces`;
  const layout = {
    ...{ barmode: "group", title: { text: title }, width: 900, margin: { b: 130 } },
    ...{ xaxis: { tickangle: -35 }, yaxis: { title: { text: "share of detail below 4 texels" } } },
  };
  const data = [bars("albedoDetail.below4", "in A′"), bars("lightDetail.below4", "in L′")];
  await showFigure({ data, layout }, `${title}; the numbers of the paper's claims are below.`);
}

// %%
if (!kept) showText(missing);
else showText(kept.claims.map((sentence: string) => `- ${sentence}`).join("\n"));

// %% [markdown]
// These sentences are the experiment's own, made from its numbers. A claim is shown where the figure goes the way that it should, and the
// interval leaves out 0.
//
// ## 11.4 Take one out yourself
//
// Three faces, fitted as a user's photos are, on maps of 128: the portrait, and two synthetic faces with moles and lines that no model has.
// Eq. 5 puts each under the light of another.

// %%
await rr.prepareEngine();
const model = rr.createMorphableModel(await rr.loadMorphableModel("embedded"));
const uvSpace = rr.uvSpaceOf(model, 128);
const detector = await rr.loadFaceDetector();
const photo = await rr.readImage("datasets/portraits/astronaut.png");
const aligned = rr.alignFace(photo, (await detector.detect(photo))[0]!.points);
const photos = [{ id: "portrait", image: aligned.image, points: aligned.points68InCrop! }];
for (const number of [4, 7]) {
  const { image, points } = await practiceFace(model, uvSpace, number, { size: 224, yaw: 0.15, shadow: 0.8 });
  photos.push({ id: `synthetic ${number}`, image: image, points: [...points] });
}
const bench = await openFreeMaps(model, uvSpace, photos);
await showImages(bench.images, { columns: 3, width: 900 });

// %% [markdown]
// The first lines of this cell are yours: what is left out, by name and weight. It takes some seconds for each.

// %%
const leftOut: Readonly<Record<string, Partial<rr.LossWeights>>> = {
  "no gradient (15)": { imageGradient: 0 },
  "no regularisation (7, 8, 10)": { symmetry: 0, smoothness: 0, albedoL1: 0 },
  "no perceptual (5)": { crossPerceptual: 0 },
};
const { set, weights: balanced } = lossReadings.balanced;
const moved = [await bench.move({ set, weights: balanced }, "all losses", 20)];
for (const [label, less] of Object.entries(leftOut))
  moved.push(await bench.move({ set, weights: { ...balanced, ...less } }, label, 20));
await showImages(
  moved.flatMap(([portrait]) => portrait!.images),
  { columns: 4, width: 960 },
);

// %%
const names = ["all losses", ...Object.keys(leftOut)];
const shareOf = (i: number, key: string) =>
  moved[i]!.reduce((sum, { shares }) => sum + shares[key]!, 0) / moved[i]!.length;
showTable(
  names.flatMap((losses, i) =>
    moved[i]!.map(({ id, shares }) => ({
      ...{ losses, face: id },
      "in A′": shares["albedoDetail.below4"]!,
      "in L′": shares["lightDetail.below4"]!,
    })),
  ),
  { caption: "Share of the photo's unexplained detail below 4 texels (of 256)" },
);
const means = names.map(
  (name, i) =>
    `${name} **${shareOf(i, "albedoDetail.below4").toFixed(2)}** / **${shareOf(i, "lightDetail.below4").toFixed(2)}**`,
);
showText(`In A′ / in L′, mean of the ${photos.length} faces: ${means.join("; ")}.`);

// %% [markdown]
// ## 11.5 The same on the network that is shipped
//
// Here are eight more steps of the shipped network's training on one practice face, whose albedo is known, with a loss taken out; its
// weights are put back afterwards. Eq. 5 and 12 need other faces and are left out of all.

// %%
const refiner = await rr.loadDetailRefiner();
const mapSpace = rr.uvSpaceOf(model, refiner.uvSize);
const skin = (await mapSpace.uvMask.data<"float32">()).slice();
const covered = (await mapSpace.covered.data<"float32">()).slice();
const practice = await practiceFace(model, mapSpace, seed, { size: 224, yaw: 0.5, detail: 1.5 });
const { sample } = practice;
/** Those of the training. */
const { weights } = lossReadings.deciding;
const look = () => rr.inspectDetail(refiner.network, sample, refiner.base);

// %%
const refined = (less: Partial<rr.LossWeights>, steps = 8) =>
  rr.refineOnPhoto(
    refiner,
    sample,
    {
      steps,
      learningRate: 5e-4,
      uvMask: covered,
      losses: {
        ...{ set: "paper", adversarial: "nonSaturating", openings: false, edgeAware: false },
        weights: { ...weights, ...less },
      },
    },
    look,
  );
const variants: Readonly<Record<string, Partial<rr.LossWeights>>> = {
  "all of them": {},
  "no gradient (15)": { imageGradient: 0 },
  "no regularisation (7, 8, 10)": { symmetry: 0, smoothness: 0, albedoL1: 0 },
  "no image (16)": { image: 0 },
  "no light (4)": { illumination: 0, greyLight: 0 },
};

// %%
const faces: Record<string, rr.InspectedFace> = { "before the steps": await look() };
for (const [name, less] of Object.entries(variants)) faces[name] = await refined(less);
await showImages(
  [
    { image: practice.albedo, caption: "true A" },
    ...Object.entries(faces).map(([name, { maps }]) => ({ image: maps.detailed, caption: `A′, ${name}` })),
    { image: practice.image, caption: "the photo" },
    ...Object.entries(faces).map(([name, { pictures }]) => ({
      image: pictures.light,
      caption: `L′, ${name}`,
    })),
  ],
  { columns: 7, width: 960 },
);

// %%
const found: Record<string, unknown>[] = [];
for (const [losses, face] of Object.entries(faces)) {
  const terms = rr.detailMetrics(face, sample, skin);
  const shading = await mapShading(model, mapSpace, sample.coefficients, face.lightMap);
  const shares = detailShares(sample, { albedo: face.maps.detailed.data, shading }, skin);
  found.push({
    losses,
    "R(A′, L′), dB": terms["detailed.psnr"]!,
    "R(A′, L), dB": terms["coarselyLit.psnr"]!,
    "albedo, error where seen": terms["albedo.errorWhereSeen"]!,
    "fine detail in A′": shares["albedoDetail.below4"]!,
    "in L′": shares["lightDetail.below4"]!,
  });
}
showTable(found);
const inAlbedo = found.map((row) => row["fine detail in A′"] as number);
showText(
  `The network has put **${inAlbedo[0]!.toFixed(3)}** of the fine detail into A′ before the steps; after them it is ` +
    `**${Math.min(...inAlbedo.slice(1)).toFixed(3)}** to **${Math.max(...inAlbedo.slice(1)).toFixed(3)}**, whatever is left out.`,
);

// %% [markdown]
// Eight steps move a trained network by little; in 11.4, where nothing is trained, each loss shows at once. The trainings of 11.1 and 11.2
// begin at a first guess that a filter makes, and it decides more there than the losses do.
//
// ## 11.6 A known answer: how much regularisation?
//
// In this face the prior is the true one, and one half of the face is hidden. So the best that a loss can do there is nothing, and symmetry,
// which copies what it sees, can hurt. Eq. 7, 8 and 10 are weighed by one more factor, and the albedo judged on the skin that the photo
// shows, and on the whole map. Nobody with photos only can draw these curves.

// %%
const factors = [0, 0.25, 1, 4];
const [seen, whole]: [number[], number[]] = [[], []];
for (const factor of factors) {
  const { symmetry, smoothness, albedoL1 } = weights;
  const face = await refined({
    symmetry: factor * symmetry,
    smoothness: factor * smoothness,
    albedoL1: factor * albedoL1,
  });
  const terms = rr.detailMetrics(face, sample, skin);
  seen.push(terms["albedo.errorWhereSeen"]!);
  whole.push(terms["albedo.error"]!);
}
await showLines("How much regularisation", {
  x: ["factor of λ in Eq. 7, 8 and 10", factors],
  y: "error of the albedo",
  lines: { "where it is seen": seen, "on the whole map": whole },
  fromZero: false,
});

// %%
const least = (errors: readonly number[]) => factors[errors.indexOf(Math.min(...errors))]!;
showText(`Best factor where the skin is seen: **${least(seen)}**; on the whole map: **${least(whole)}**.`);

// %% [markdown]
// **The paper and we.** The paper shows each claim on a few photos, by eye. Our trainings are of 225 steps and begin at a first guess (`quick`); a
// loss that does its work slowly, or only where a network begins with nothing, has less to show in them than in two days. Free maps show
// what a loss asks for, and not what a network would learn of it. Where a table above says "hardly any difference" or "not sure", the claim
// is not shown; that is no proof against it.
//
// ## Exercises
//
// 1. A measure is 0.20 with all losses and 0.30 without one. By what part of itself did it move?
// 2. Eq. 16 is taken out. Which map now learns nothing from the photo any more: `albedo` or `light`?
// 3. Over 12 faces a measure has a deviation of 0.06. What is the standard error of its mean? (A difference smaller than that is luck.)

// %%
const answers: { moved?: number; map?: string; standardError?: number } = {
  moved: undefined,
  map: undefined,
  standardError: undefined,
};

// %%
checkAnswer("Exercise 1", answers.moved, {
  is: 0.5,
  within: 1e-6,
  hints: [
    { when: (x) => Math.abs(x - 0.1) < 1e-6, say: "that is the difference; divide it by what it was." },
  ],
  hint: "see `claims` in 11.1.",
  because: "(0.30 − 0.20) / 0.20.",
});
checkAnswer("Exercise 2", answers.map, {
  is: "light",
  hint: "Eq. 15 draws its picture under the coarse light.",
  because: "R(A′, L) of Eq. 15 knows A′ and not L′; with 16 gone only Eq. 4 and the grey light speak to L′.",
});
checkAnswer("Exercise 3", answers.standardError, {
  is: 0.06 / Math.sqrt(12),
  within: 1e-3,
  hints: [{ when: (x) => Math.abs(x - 0.005) < 1e-4, say: "by the root of 12, not by 12." }],
  hint: "deviation over the root of the count.",
  because: "0.06 / √12.",
});

// %%
await bench.dispose();
detector.dispose();
mapSpace.dispose();
uvSpace.dispose();
model.dispose();
showText(
  `This notebook took **${((performance.now() - started) / 1000).toFixed(0)} s** here, after the compiler had started.`,
);

// %% [markdown]
// **See also** `experiments/train-detail/ablations.ts`, the trainings; `npm run experiment -- sweep`, any setting at many values; before,
// [10 results](10-results.ipynb).
