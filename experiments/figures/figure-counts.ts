/** Measures what a figure claims, over all its faces. */
import {
  cosineSimilarity,
  labFromSrgb,
  lightDetail,
  type MaskImage,
  meanTerms,
  psnr,
  type RgbImage,
  shadingAt,
  type Terms,
} from "rerenderable";
import { colourDifference, type Lab } from "rerenderable/base";
import { layOver } from "rerenderable/face";
import type { FaceSampler } from "../compare-methods/face-sampler.js";
import type { IdentityJudges } from "../compare-methods/identity-judges.js";
import {
  cosinesOnGrey,
  type GreyIdentity,
  greyJudge,
  lightOnGrey,
  rankOne,
} from "../compare-methods/identity-on-grey.js";
import { truthFigures } from "../compare-methods/method-figures.js";
import { type FigureFace, whiteMap } from "./figure-columns.js";

export interface Counted {
  /** What is said of all faces. */
  readonly counts: Terms;
  /** The figures of each face, in the order of the faces, if the measure has any. */
  readonly faces?: readonly Terms[];
}

/** The measures by name; each is a function of all faces. */
export const figureCounts = {
  /** Cosines between the face under its own light and under the next face's light. */
  "swapped-identity": swappedIdentity,
  /**
   * Deviation between the shading maps of the faces, divided by their size: the same light should give the same maps.
   */
  "light-agreement": lightAgreement,
  /**
   * Mean square difference of neighbouring seen texels in `A′`, divided by that of the truth or, without truth, of the
   * texture.
   */
  "gradient-energy": gradientEnergy,
  /** Errors against the truth: means of `truthFigures` over the faces. */
  "albedo-truth": albedoTruth,
  /** Cosine between the photo and `L′` on grey, laid over the photo: how much of the person the light holds. */
  "identity-in-light": identityInLight,
  /**
   * Of the pictures on grey, without hair and background: means of `onGrey.rendering.judge`, the cosine to the photo, and as
   * `rankOne.rendering.judge` how many of the faces have their own photo as the nearest. `light` and the light of the prior,
   * `coarseLight`, are on an albedo of 1/2 and should not be the person.
   */
  "identity-on-grey": identityOnGrey,
  /** Which share of the photo's unexplained detail stands in `A′` and in `L′`, by band: means of `detailShares`. */
  "detail-shares": sharesOfDetail,
  /**
   * The refinement from the prior albedo (`prior.`) beside that from a white map (`white.`): means of `psnr`, of R(A′, L′);
   * of `colour`, how far its mean skin colour is from the photo's, and `coarselyLitColour`, the same of R(A′, L), CIEDE2000;
   * and of `albedoDetail` and `lightDetail`, which share of the photo's detail below 4 texels stands in `A′` and in `L′`.
   * All detail counts that the coarse light leaves: the prior explains none of it, as it is not there in one of the two.
   */
  "white-prior": whitePrior,
} as const satisfies Record<string, (faces: readonly FigureFace[], tools: CountTools) => Promise<Counted>>;

export interface CountTools extends Pick<FaceSampler, "skin" | "detailShares"> {
  readonly judges: Pick<IdentityJudges, "names" | "embed">;
}

export type CountName = keyof typeof figureCounts;
export const countNames = Object.keys(figureCounts) as [CountName, ...CountName[]];

const meanOf = (faces: readonly Terms[]): Counted => ({ counts: meanTerms(faces), faces });

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function swappedIdentity(faces: readonly FigureFace[], { judges }: CountTools): Promise<Counted> {
  return judged(faces, judges, async ({ sample, face, next }) => [
    face.pictures.detailed,
    await lightDetail(sample, face.maps.detailed.data, next().face.lightMap),
  ]);
}

function identityInLight(faces: readonly FigureFace[], { judges }: CountTools): Promise<Counted> {
  return judged(faces, judges, async ({ test, face }) => [test.image, face.pictures.light]);
}

async function identityOnGrey(faces: readonly FigureFace[], { judges }: CountTools): Promise<Counted> {
  const judge = greyJudge(judges);
  const people: GreyIdentity[] = [];
  for (const { test, sample, face, next } of faces) {
    const { coarselyLit, detailed, light } = face.pictures;
    const swapped = await lightDetail(sample, face.maps.detailed.data, next().face.lightMap);
    const coarseLight = await lightOnGrey(sample, sample.coefficients.light);
    people.push(await judge(test, sample, { coarselyLit, detailed, swapped, light, coarseLight }));
  }
  const ranks = Object.entries(rankOne(people)).flatMap(([rendering, { faces: _, ...found }]) =>
    Object.entries(found).map(([name, count]) => [`rankOne.${rendering}.${name}`, count] as const),
  );
  const cosines = people.map(cosinesOnGrey);
  return { counts: { ...meanTerms(cosines), ...Object.fromEntries(ranks) }, faces: cosines };
}

async function sharesOfDetail(faces: readonly FigureFace[], { detailShares }: CountTools): Promise<Counted> {
  const all: Terms[] = [];
  for (const { sample, face } of faces)
    all.push(await detailShares(sample, { albedo: face.maps.detailed.data, light: face.lightMap }));
  return meanOf(all);
}

async function whitePrior(faces: readonly FigureFace[], { detailShares }: CountTools): Promise<Counted> {
  const all: Terms[] = [];
  for (const { test, sample, face, fromWhite } of faces) {
    if (!fromWhite) throw new Error("white-prior: a face should be refined from white too but is not.");
    const terms: Record<string, number> = {};
    const withoutPrior = { ...sample, priorAlbedo: whiteMap(sample.priorAlbedo) };
    const photoColour = meanColour(test.image, face.mask);
    for (const [from, { pictures, maps, lightMap }] of Object.entries({ prior: face, white: fromWhite })) {
      const shares = await detailShares(withoutPrior, { albedo: maps.detailed.data, light: lightMap });
      terms[`${from}.psnr`] = psnr(pictures.detailed, test.image, face.mask);
      terms[`${from}.colour`] = colourDifference(meanColour(pictures.detailed, face.mask), photoColour);
      terms[`${from}.coarselyLitColour`] = colourDifference(
        meanColour(pictures.coarselyLit, face.mask),
        photoColour,
      );
      terms[`${from}.albedoDetail`] = shares["albedoDetail.below4"];
      terms[`${from}.lightDetail`] = shares["lightDetail.below4"];
    }
    all.push(terms);
  }
  return meanOf(all);
}

/** The mean of a picture, clipped to [0, 1], over a mask. */
export function meanColour({ data }: Pick<RgbImage, "data">, mask: Pick<MaskImage, "data">): Lab {
  const sum = [0, 0, 0];
  let count = 0;
  mask.data.forEach((inside, p) => {
    if (inside < 0.5) return;
    for (let c = 0; c < 3; c++) sum[c] += Math.min(Math.max(data[3 * p + c], 0), 1);
    count++;
  });
  return labFromSrgb(sum.map((value) => value / count));
}

/** Computes for each judge the mean cosine between two pictures of a face, each laid over the photo. */
async function judged(
  faces: readonly FigureFace[],
  judges: CountTools["judges"],
  pictures: (face: FigureFace) => Promise<readonly [RgbImage, RgbImage]>,
): Promise<Counted> {
  const all: Terms[] = [];
  for (const face of faces) {
    const { image, points } = face.test;
    const embed = (picture: RgbImage) => judges.embed(layOver(image, picture, face.sample), points);
    const [one, other] = await pictures(face);
    const [first, second] = [await embed(one), await embed(other)];
    all.push(
      Object.fromEntries(judges.names.map((name) => [name, cosineSimilarity(first[name], second[name])])),
    );
  }
  return meanOf(all);
}

async function albedoTruth(faces: readonly FigureFace[], { skin }: CountTools): Promise<Counted> {
  const all: Terms[] = [];
  for (const { test, sample, face } of faces) {
    if (!test.truth) {
      all.push({});
      continue;
    }
    const maps = { albedo: face.maps.detailed.data, light: face.lightMap };
    all.push(await truthFigures(maps, sample, test.truth, skin));
  }
  return meanOf(all);
}

/**
 * Compares the shading that a normal towards the viewer gets at each texel, because the result must not depend on pose
 * or expression.
 */
async function lightAgreement(faces: readonly FigureFace[]): Promise<Counted> {
  const maps = faces.map(({ face, sample }) => {
    const grey = new Float32Array(sample.uvSize ** 2);
    for (let t = 0; t < grey.length; t++) {
      const [r, g, b] = shadingAt(Array.from(face.lightMap.subarray(27 * t, 27 * t + 27)), [0, 0, 1]);
      grey[t] = (r + g + b) / 3;
    }
    return grey;
  });
  const seen = faces.map(({ sample }) => sample.seen);
  const texels = Array.from(seen[0].keys()).filter((t) => seen.every((map) => map[t] === 1));
  const variance = average(
    texels.map((t) => {
      const values = maps.map((map) => map[t]);
      const mean = average(values);
      return average(values.map((value) => (value - mean) ** 2));
    }),
  );
  const size = Math.sqrt(average(texels.flatMap((t) => maps.map((map) => map[t] ** 2))));
  return { counts: { deviation: Math.sqrt(variance) / size } };
}

async function gradientEnergy(faces: readonly FigureFace[]): Promise<Counted> {
  const ratios = faces.map(({ face, sample }) => {
    const { detailed, prior, truth, texture } = face.maps;
    const energy = ({ data }: { readonly data: Float32Array }) =>
      differences(data, sample.seen, sample.uvSize);
    const reference = energy(truth ?? texture);
    return { albedo: energy(detailed) / reference, prior: energy(prior) / reference };
  });
  return meanOf(ratios);
}

/** Computes the mean square difference of neighbours that are both seen. */
function differences(map: Float32Array, seen: Uint8Array, side: number): number {
  let [sum, count] = [0, 0];
  for (let t = 0; t < side * side; t++) {
    for (const step of [1, side]) {
      const other = t + step;
      if (step === 1 && other % side === 0) continue;
      if (other >= side * side || seen[t] === 0 || seen[other] === 0) continue;
      for (let c = 0; c < 3; c++) sum += (map[3 * t + c] - map[3 * other + c]) ** 2;
      count += 3;
    }
  }
  return sum / Math.max(count, 1);
}
