/** Whether recognition networks that no loss has seen still know the person in a rendered picture. */
import {
  cosineSimilarity,
  type DetailSample,
  type InspectedFace,
  layOver,
  loadFaceEmbedding,
  openFaceEmbedder,
  type RgbImage,
  type Terms,
} from "rerenderable";
import type { TestFace } from "./test-faces.js";

const judgeNames = ["faceres", "dlib"] as const;

export async function openIdentityJudges() {
  const judges = await Promise.all(
    judgeNames.map(async (name) => [name, await openFaceEmbedder(await loadFaceEmbedding(name))] as const),
  );
  return {
    /**
     * Cosines to the photo, by `picture.judge`, each picture laid over the photo; `swapped.judge` is that of the face
     * under another's light to the face under its own.
     */
    async judge(
      { image, points }: TestFace,
      { sample, face }: { readonly sample: DetailSample; readonly face: InspectedFace },
      swapped?: RgbImage,
    ): Promise<Terms> {
      const { coarse, coarselyLit, detailed } = face.pictures;
      const terms: Record<string, number> = {};
      for (const [judge, network] of judges) {
        const embed = (picture: RgbImage) => network.embed(layOver(image, picture, sample), points);
        const own = await network.embed(image, points);
        for (const [name, picture] of Object.entries({ coarse, coarselyLit, detailed })) {
          terms[`${name}.${judge}`] = cosineSimilarity(await embed(picture), own);
        }
        if (swapped)
          terms[`swapped.${judge}`] = cosineSimilarity(await embed(swapped), await embed(detailed));
      }
      return terms;
    },
    async dispose() {
      for (const [, network] of judges) await network.dispose();
    },
  };
}
