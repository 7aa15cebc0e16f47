/** Asks recognition networks that no loss has used whether they still know the person in a rendered picture. */
import {
  cosineSimilarity,
  type DetailSample,
  loadFaceEmbedding,
  openFaceEmbedder,
  type RgbImage,
  type Terms,
} from "rerenderable";
import { layOver } from "rerenderable/face";
import type { TestFace } from "./test-faces.js";

export const judgeNames = ["faceres", "dlib"] as const;

export async function openIdentityJudges() {
  const judges = await Promise.all(
    judgeNames.map(async (name) => [name, await openFaceEmbedder(await loadFaceEmbedding(name))] as const),
  );
  return {
    /**
     * Cosines of each picture, laid over the photo, and the photo, by `picture.judge`. `swapped.judge` compares the
     * face under another's light with the face under its own light, which is the last of the pictures.
     */
    async judge(
      { image, points }: TestFace,
      sample: DetailSample,
      pictures: Readonly<Record<string, RgbImage>>,
      swapped?: RgbImage,
    ): Promise<Terms> {
      const terms: Record<string, number> = {};
      for (const [judge, network] of judges) {
        const embed = (picture: RgbImage) => network.embed(layOver(image, picture, sample), points);
        const photo = await network.embed(image, points);
        let own = photo;
        for (const [name, picture] of Object.entries(pictures)) {
          own = await embed(picture);
          terms[`${name}.${judge}`] = cosineSimilarity(own, photo);
        }
        if (swapped) terms[`swapped.${judge}`] = cosineSimilarity(await embed(swapped), own);
      }
      return terms;
    },
    async dispose() {
      for (const [, network] of judges) await network.dispose();
    },
  };
}
