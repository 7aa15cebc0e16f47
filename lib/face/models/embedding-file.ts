/**
 * Loads a user's own recognition network: a `.onnx` file, and the facts that such a file does not contain, in a JSON
 * file beside it (`arcface.onnx` and `arcface.json`) or in options. A kind fills in the usual facts, each of which may
 * be overridden:
 *
 *     { "kind": "arcface", "use": "loss", "licence": "non-commercial research", "source": "insightface glint360k r50" }
 */
import path from "node:path";
import { InputError } from "../../base/tensor/input-error.js";
import { parseJson } from "../../base/tensor/parse-json.js";
import { readInputFile, readInputText } from "../../base/tensor/read-input-file.js";
import { importOnnx, OpenShapeError } from "../../networks/import-onnx.js";
import { NetworkError } from "../../networks/network-error.js";
import { checkEmbeddingFacts, type EmbeddingFacts, namedTemplates } from "./embedding-facts.js";
import {
  type EmbeddingOptions,
  embeddingFromNetwork,
  type FaceEmbedding,
  OtherShapeError,
} from "./embedding-from-network.js";

/**
 * @param file a `.onnx`
 * @param given the facts; if they are given, no JSON file is read
 * @throws InputError one line that names the file: there is no such file, it holds no network, its input or output is
 * another, or a fact is wrong
 */
export async function loadEmbeddingFile(file: string, given?: EmbeddingFacts): Promise<FaceEmbedding> {
  const sidecar = file.replace(/\.onnx$/i, ".json");
  const bytes = await readInputFile(file, "a recognition network (.onnx)");
  const facts = checkEmbeddingFacts(given ? "options" : sidecar, given ?? (await readFacts(sidecar)));
  const { network, parameters } = importFor(file, bytes, facts);
  const { name, metric = "cosine", use = "judge", licence = "not stated", template = "arcface" } = facts;
  const base = path.basename(file);
  const place = (size: number) => (typeof template === "string" ? namedTemplates[template](size) : template);
  try {
    const embedding = embeddingFromNetwork(network, parameters, {
      name: name ?? base.replace(/\.onnx$/i, ""),
      source: facts.source ?? base,
      ...{ metric, use, licence },
      preparation: preparationOf(facts),
      template: place(112),
    });
    return { ...embedding, template: place(embedding.imageSize) }; // the size is the network's own
  } catch (error) {
    if (!(error instanceof NetworkError || error instanceof OtherShapeError)) throw error;
    const problem = error instanceof OtherShapeError ? error.problem : error.message;
    throw new InputError(file, "a network from one face to one vector", problem.replace(/\.$/, ""));
  }
}

/** Writes (255 · colour − mean) / deviation as scale · colour + offset. */
function preparationOf({
  channels,
  mean = 0,
  deviation = 255,
}: EmbeddingFacts): EmbeddingOptions["preparation"] {
  const [means, deviations] = [mean, deviation].map((value) => [value].flat());
  const length = Math.max(means.length, deviations.length);
  const each = (f: (mean: number, deviation: number) => number) =>
    Array.from({ length }, (_, c) => f(means[c % means.length], deviations[c % deviations.length]));
  return { channels, scale: each((_, d) => 255 / d), offset: each((m, d) => (0 - m) / d) };
}

function importFor(file: string, bytes: Uint8Array, { size, channels, output }: EmbeddingFacts) {
  const outputs = output === undefined ? undefined : [output];
  try {
    return importOnnx(bytes, { path: file, outputs });
  } catch (error) {
    if (!(error instanceof OpenShapeError) || size === undefined) throw error;
    const inputShapes = { [error.input]: [size, size, channels === "grey" ? 1 : 3] };
    return importOnnx(bytes, { path: file, outputs, inputShapes });
  }
}

async function readFacts(file: string): Promise<unknown> {
  const expected = `a file that says what the network reads, as { "kind": "arcface" }`;
  const text = await readInputText(file, expected);
  try {
    return parseJson(text);
  } catch {
    throw new InputError(file, "JSON", "text that is not");
  }
}
