/** Asks recognition networks that no loss has used whether they still know the person in a rendered picture. */
import {
  cosineSimilarity,
  type DetailSample,
  InputError,
  loadFaceEmbedding,
  openFaceEmbedder,
  type Point,
  type RgbImage,
  type Terms,
} from "rerenderable";
import {
  type FaceEmbedder,
  type FaceEmbedding,
  type FaceEmbeddingName,
  faceEmbeddingNames,
  layOver,
} from "rerenderable/face";
import { z } from "zod";
import type { TestFace } from "./test-faces.js";

/**
 * Each is a network that comes with the install, or a user's `.onnx` with its JSON beside it
 * (`lib/face/models/embedding-file.ts`); `LightCNN=nets/light.onnx` also says what tables call it.
 */
export const judgesSetting = z.array(z.string().min(1)).min(1);

/** What each judge makes of a picture, by the judge's name. */
export type Embeddings = Readonly<Record<string, Float32Array>>;

/** Owns networks: `dispose()` frees them. */
export interface IdentityJudges {
  readonly names: readonly string[];
  /** A line for each judge that was used in a loss and so is none. */
  readonly warnings: readonly string[];
  /** @param points 68, px of the picture */
  embed(picture: RgbImage, points: readonly Point[]): Promise<Embeddings>;
  /**
   * Cosines of each picture, laid over the photo, and the photo, by `picture.judge`. `swapped.judge` compares the face
   * under another's light with the face under its own light, which is the last of the pictures.
   */
  judge(
    test: Pick<TestFace, "image" | "points">,
    sample: Pick<DetailSample, "mask">,
    pictures: Readonly<Record<string, RgbImage>>,
    swapped?: RgbImage,
  ): Promise<Terms>;
  dispose(): Promise<void>;
}

/** Names that a judge cannot have, as figures and columns have them. */
const taken = ["l1", "psnr", "ssim", "dataset", "method", "region", "rendering", "faces", "group"];

/** @throws InputError one line, if there is no such network or two have one name */
export async function openIdentityJudges(judges: readonly string[]): Promise<IdentityJudges> {
  const opened: OpenedJudge[] = [];
  for (const one of judges) {
    const { name, embedding } = await readJudge(one);
    const others: string[] = [...taken, ...opened.map((other) => other.name)];
    if (others.includes(name))
      throw new InputError("--set judges", "a name for each that nothing else has", `"${name}" twice`);
    opened.push({ name, use: embedding.use, network: await openFaceEmbedder(embedding) });
  }
  const embed: IdentityJudges["embed"] = async (picture, points) => {
    const embeddings: Record<string, Float32Array> = {};
    for (const { name, network } of opened) embeddings[name] = await network.embed(picture, points);
    return embeddings;
  };
  /** A photo is asked for once, however many methods are compared with it. */
  const photos = new WeakMap<RgbImage, Embeddings>();
  return {
    names: opened.map(({ name }) => name),
    warnings: opened
      .filter(({ use }) => use === "loss")
      .map(
        ({ name }) =>
          `Judge ${name} is used in losses, so its numbers say nothing of a method that learnt from it.`,
      ),
    embed,
    async judge({ image, points }, sample, pictures, swapped) {
      const photo = photos.get(image) ?? (await embed(image, points));
      photos.set(image, photo);
      const terms: Record<string, number> = {};
      const add = (name: string, one: Embeddings, other: Embeddings) => {
        for (const judge of Object.keys(one))
          terms[`${name}.${judge}`] = cosineSimilarity(one[judge], other[judge]);
      };
      const embedOver = (picture: RgbImage) => embed(layOver(image, picture, sample), points);
      let own = photo;
      for (const [name, picture] of Object.entries(pictures)) {
        own = await embedOver(picture);
        add(name, own, photo);
      }
      if (swapped) add("swapped", await embedOver(swapped), own);
      return terms;
    },
    async dispose() {
      for (const { network } of opened) await network.dispose();
    },
  };
}

interface OpenedJudge extends Pick<FaceEmbedding, "name" | "use"> {
  readonly network: FaceEmbedder;
}

async function readJudge(judge: string) {
  const equals = judge.indexOf("=");
  const source = judge.slice(equals + 1);
  const known = (faceEmbeddingNames as readonly string[]).includes(source);
  if (!known && !/\.onnx$/i.test(source)) {
    const expected = `${faceEmbeddingNames.join(", ")}, a file.onnx, or Name=file.onnx`;
    throw new InputError("--set judges", expected, `"${judge}"`);
  }
  const embedding = await loadFaceEmbedding(source as FaceEmbeddingName);
  return { name: equals > 0 ? judge.slice(0, equals) : embedding.name, embedding };
}
