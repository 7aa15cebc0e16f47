/**
 * The recognition networks, all used in the same way. The install has mobileface for the identity loss, and faceres and
 * dlib's to judge by, which are of other families and learnt from other data. A user may bring others.
 */
import { readNetworkFile } from "../../networks/network-file.js";
import { readDlibNetwork } from "./dlib-embedding.js";
import { loadEmbeddingFile } from "./embedding-file.js";
import { type EmbeddingOptions, embeddingFromNetwork, type FaceEmbedding } from "./embedding-from-network.js";
import { arcFaceTemplate, dlibTemplate } from "./embedding-templates.js";

type Description = Pick<EmbeddingOptions, "template" | "metric" | "use">;

/**
 * How each network wants its faces. mobileface was trained on faces laid on the ArcFace template, dlib's network on its
 * own chips, faceres on the upright boxes of a detector with a margin, in which faces are about as large as on the
 * ArcFace template.
 *
 * On 24 photos of 24 people (each also mirrored, and darkened from one side with moved points) the mean over pairs of
 * one person and over pairs of two people is: mobileface 0.93 and 0.02, faceres 0.96 and 0.36 (cosines), dlib 0.16 and
 * 0.83 (distances). No network takes two people for one. With faces at 0.75 or 1.2 of the template's size, mobileface
 * and dlib's network tell people apart less well (5.9 to 9.3 standard deviations in place of 8.2 to 11.2), faceres
 * equally well.
 */
const descriptions = {
  mobileface: { template: arcFaceTemplate(112), metric: "cosine", use: "loss" },
  faceres: { template: arcFaceTemplate(224), metric: "cosine", use: "judge" },
  /** Two photos of one person lie less than 0.6 apart. */
  dlib: { template: dlibTemplate, metric: "euclidean", use: "judge" },
} as const satisfies Record<string, Description>;

export type FaceEmbeddingName = keyof typeof descriptions;

export const faceEmbeddingNames = Object.keys(descriptions) as FaceEmbeddingName[];

/**
 * Reads a network from `lib/assets`, dlib's network from the installed face-api, or a user's `.onnx` with its JSON
 * beside it (see `embedding-file.ts`). The network is frozen: it has no batch normalisations, so any engine may run it
 * in any mode.
 *
 * @param name of a network that comes with the install, or the path of a `.onnx`
 * @throws in one line that names the file, if it is not there or is damaged
 */
export async function loadFaceEmbedding(name: FaceEmbeddingName | `${string}.onnx`): Promise<FaceEmbedding> {
  if (isOnnx(name)) return loadEmbeddingFile(name);
  if (!Object.hasOwn(descriptions, name)) {
    const problem = `should be one of ${faceEmbeddingNames.join(", ")} but is "${name}"`;
    throw new Error(`loadFaceEmbedding: \`name\` ${problem}.`);
  }
  const { network, parameters, ...origin } = name === "dlib" ? await readDlib() : await readBaked(name);
  return embeddingFromNetwork(network, parameters, { name, ...origin, ...descriptions[name] });
}

function isOnnx(name: string): name is `${string}.onnx` {
  return /\.onnx$/i.test(name);
}

async function readBaked(name: "mobileface" | "faceres") {
  const file = new URL(`../../assets/${name}.safetensors`, import.meta.url);
  const { network, parameters, metadata } = await readNetworkFile(file);
  const { licence = "", source = "", package: packageName } = metadata;
  return { network, parameters, licence, source: `${source}, from ${packageName}` };
}

async function readDlib() {
  const licence = "public domain (weights, dlib); MIT (conversion, face-api)";
  const source = "dlib_face_recognition_resnet_model_v1, from @vladmandic/face-api@1.7.15";
  return { ...(await readDlibNetwork()), licence, source };
}
