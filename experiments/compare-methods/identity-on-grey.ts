/**
 * Who is it? Photo and renderings of a face are cut to its fitted skin and laid on grey, so that hair and background give
 * nothing away. Each judge then says how near a rendering is to its own photo, and whether that is the nearest of all photos.
 */
import {
  cosineSimilarity,
  type DetailSample,
  meanTerms,
  namedLights,
  type RgbImage,
  type Terms,
} from "rerenderable";
import { layOnGrey, ownIsNearest, paintFace } from "rerenderable/face";
import type { Embeddings, IdentityJudges } from "./identity-judges.js";
import type { TestFace } from "./test-faces.js";

/** Pictures of a face by name. */
export type Renderings = Readonly<Record<string, RgbImage>>;

/** What the judges make of a photo on grey and of each rendering of its face on grey. */
export interface GreyIdentity {
  readonly photo: Embeddings;
  readonly renderings: Readonly<Record<string, Embeddings>>;
}

/** An albedo under each of the five named lights, by the light's name. */
export async function underNamedLights(
  { surface, uvSize }: Pick<DetailSample, "surface" | "uvSize">,
  albedo: Float32Array,
): Promise<Renderings> {
  const renderings: Record<string, RgbImage> = {};
  for (const [name, light] of Object.entries(namedLights))
    renderings[name] = await paintFace(surface, uvSize, albedo, light);
  return renderings;
}

/** A light alone: on an albedo of 1/2. It should not be the person. @param light [27] or [U * U * 27] */
export function lightOnGrey(
  { surface, uvSize }: Pick<DetailSample, "surface" | "uvSize">,
  light: ArrayLike<number>,
): Promise<RgbImage> {
  return paintFace(surface, uvSize, new Float32Array(3 * uvSize * uvSize).fill(0.5), light);
}

export type GreyJudge = (
  test: Pick<TestFace, "image" | "points">,
  sample: Parameters<typeof layOnGrey>[1],
  renderings: Renderings,
) => Promise<GreyIdentity>;

/** Asks the judges for pictures on grey; for the photo of a sample once, however many methods are compared on it. */
export function greyJudge(judges: Pick<IdentityJudges, "embed">): GreyJudge {
  const photos = new WeakMap<object, Embeddings>();
  return async ({ image, points }, sample, renderings) => {
    const embed = (picture: RgbImage) => judges.embed(layOnGrey(picture, sample), points);
    const photo = photos.get(sample) ?? (await embed(image));
    photos.set(sample, photo);
    const embedded: Record<string, Embeddings> = {};
    for (const [name, picture] of Object.entries(renderings)) embedded[name] = await embed(picture);
    return { photo, renderings: embedded };
  };
}

/** Cosine of each rendering and its own photo, by `onGrey.rendering.judge`. */
export function cosinesOnGrey({ photo, renderings }: GreyIdentity): Terms {
  return Object.fromEntries(
    Object.entries(renderings).flatMap(([rendering, embeddings]) =>
      Object.entries(embeddings).map(([judge, embedding]) => [
        `onGrey.${rendering}.${judge}`,
        cosineSimilarity(embedding, photo[judge]),
      ]),
    ),
  );
}

/**
 * By rendering: of how many `faces` it exists, and for each judge how many of these have their own photo as the nearest
 * of all photos. The light of another face is missing for the first face of a group.
 * @param people each another person
 */
export function rankOne(people: readonly GreyIdentity[]): Readonly<Record<string, Terms>> {
  const renderings = [...new Set(people.flatMap((person) => Object.keys(person.renderings)))];
  const judges = Object.keys(people[0]?.photo ?? {});
  return Object.fromEntries(
    renderings.map((rendering) => {
      const found = judges.map((judge) => {
        const own = people.map((person) => person.renderings[rendering]?.[judge]);
        const nearest = ownIsNearest(
          own,
          people.map(({ photo }) => photo[judge]),
        );
        return [judge, nearest.filter((one) => one === true).length] as const;
      });
      const faces = people.filter((person) => rendering in person.renderings).length;
      return [rendering, { faces, ...Object.fromEntries(found) }];
    }),
  );
}

/** A row for each rendering: `faces`, and for each judge the mean cosine to the photo and how many are known. */
export function identityRows(people: readonly GreyIdentity[]) {
  const cosines = meanTerms(people.map(cosinesOnGrey));
  return Object.entries(rankOne(people)).map(([rendering, { faces, ...found }]) => ({
    rendering,
    faces,
    ...Object.fromEntries(
      Object.entries(found).flatMap(([judge, count]) => [
        [judge, Number(cosines[`onGrey.${rendering}.${judge}`].toFixed(3))],
        [`rank one ${judge}`, count],
      ]),
    ),
  }));
}

/** Whether all faces of a synthetic subset are of one person, who cannot be taken for another. */
export const holdsOnePerson = (group: string) => group.startsWith("same-face-");
