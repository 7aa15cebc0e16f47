/**
 * Measures how well each recognition network recognises synthetic people: 1,008 pairs, half of one person and half of
 * two, under another light, in another pose, and in both with an expression. Writes `results/embeddings.json`; ten
 * minutes, most of them to render.
 *
 *     npm run measure -- embeddings [a user's own.onnx]
 */
import { join } from "node:path";
import { cosineSimilarity, loadFaceEmbedding, openFaceEmbedder, prepareEngine } from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { type FaceEmbedding, faceEmbeddingNames } from "rerenderable/face";
import { loadSyntheticAssets } from "../../../datasets/synthetic/synthetic-assets.js";
import { type Picture, picturesOf } from "./pictured-people.js";
import { acceptedAt, areaUnderCurve } from "./roc.js";

const people = 84;
/** The two of a person's four pictures that make a pair, by what changes between them. */
const pairKinds = {
  light: [[0, 1]],
  pose: [[0, 2], [1, 3]], // biome-ignore format: pairs
  both: [[0, 3], [1, 2], [2, 3]], // biome-ignore format: pairs
} as const;

async function compare(extra: readonly string[]): Promise<void> {
  await prepareEngine("wasm");
  const assets = await loadSyntheticAssets(256);
  const pictures: Picture[][] = [];
  for (let person = 0; person < people; person++) pictures.push(await picturesOf(assets, person));
  const results = [];
  for (const name of [...faceEmbeddingNames, ...(extra as `${string}.onnx`[])]) {
    const embedding = await loadFaceEmbedding(name);
    const vectors = await embedAll(embedding, pictures);
    const { metric, dimension, use, licence } = embedding;
    const row = { name: embedding.name, use, dimension, metric, licence, ...rates(vectors, metric) };
    results.push(row);
    console.log(JSON.stringify(row));
  }
  const about = `${people} synthetic people; areas under the curve, and the part of pairs of one person accepted where 1 % of pairs of two are`;
  const file = join(import.meta.dirname, "../../../results/embeddings.json");
  await writeFileAtomically(file, Buffer.from(`${JSON.stringify({ about, networks: results }, null, 2)}\n`));
}

async function embedAll(embedding: FaceEmbedding, pictures: readonly Picture[][]): Promise<Float32Array[][]> {
  const embedder = await openFaceEmbedder(embedding);
  const vectors: Float32Array[][] = [];
  for (const own of pictures) {
    vectors.push([]);
    for (const { image, five } of own) vectors.at(-1)!.push(await embedder.embed(image, five));
  }
  await embedder.dispose();
  return vectors;
}

function rates(vectors: readonly Float32Array[][], metric: FaceEmbedding["metric"]) {
  const all = { same: [] as number[], different: [] as number[] };
  const areas: Record<string, number> = {};
  for (const [kind, pairs] of Object.entries(pairKinds)) {
    const [same, different]: number[][] = [[], []];
    for (const [pairNumber, [a, b]] of pairs.entries()) {
      vectors.forEach((own, person) => {
        // The picture of another person is of the same kind, so that only the person differs.
        const other = vectors[(person + 1 + pairNumber) % vectors.length];
        same.push(likeness(own[a], own[b], metric));
        different.push(likeness(own[a], other[b], metric));
      });
    }
    areas[kind] = areaUnderCurve(same, different);
    all.same.push(...same);
    all.different.push(...different);
  }
  return {
    pairs: all.same.length + all.different.length,
    area: areaUnderCurve(all.same, all.different),
    areas,
    acceptedAtOnePercent: acceptedAt(0.01, all.same, all.different),
    meanSame: mean(all.same),
    meanDifferent: mean(all.different),
  };
}

/** A score that is larger for more similar vectors: the cosine, or minus the distance. */
function likeness(a: Float32Array, b: Float32Array, metric: FaceEmbedding["metric"]): number {
  return metric === "cosine" ? cosineSimilarity(a, b) : 0 - Math.hypot(...a.map((value, i) => value - b[i]));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

await compare(process.argv.slice(2));
