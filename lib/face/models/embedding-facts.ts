/** What a `.onnx` file does not say about the recognition network in it. A user says it instead; here it is checked. */

import type { Point } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import type { FivePoints } from "../landmarks/landmarks.js";
import type { EmbeddingChannels, FaceEmbedding } from "./embedding-from-network.js";
import { arcFaceTemplate, dlibTemplate, lightCnnTemplate } from "./embedding-templates.js";

/** The facts in the JSON file, or given in place of it. */
export interface EmbeddingFacts {
  readonly kind?: EmbeddingKind;
  /** Name of the network; by default the file's name without its ending. */
  readonly name?: string;
  /**
   * Where the five points of the face go: a template's name, scaled to the network's size, or five points in px of its
   * input.
   */
  readonly template?: TemplateName | FivePoints;
  /** Side of the input, px, if the `.onnx` leaves it open. */
  readonly size?: number;
  readonly channels?: EmbeddingChannels;
  /**
   * The network reads (255 · colour − mean) / deviation. Each is one number, or one for each channel in the network's
   * order.
   */
  readonly mean?: number | readonly number[];
  readonly deviation?: number | readonly number[];
  readonly metric?: FaceEmbedding["metric"];
  readonly use?: FaceEmbedding["use"];
  readonly licence?: string;
  readonly source?: string;
  /** Name of the output, if there are several. */
  readonly output?: string;
}

/** Named templates: for a side in px, where the five points go. */
export const namedTemplates = {
  arcface: arcFaceTemplate,
  lightcnn: lightCnnTemplate,
  dlib: (size: number) =>
    dlibTemplate.map(([x, y]): Point => [(size / 150) * x, (size / 150) * y]) as unknown as FivePoints,
} as const;
type TemplateName = keyof typeof namedTemplates;

/** The facts of the paper's networks and of other usual ones. */
const embeddingKinds = {
  /** InsightFace's ArcFace models. */
  arcface: { template: "arcface", size: 112, channels: "rgb", mean: 127.5, deviation: 127.5 },
  /** face.evoLVe's IR and IR-SE models, read by the paper to judge. */
  evolve: { template: "arcface", size: 112, channels: "rgb", mean: 127.5, deviation: 128 },
  /** LightCNN-9, -29 and -29v2, read by the paper to judge. */
  lightcnn: { template: "lightcnn", size: 128, channels: "grey", mean: 0, deviation: 255 },
} as const satisfies Record<string, EmbeddingFacts>;
export type EmbeddingKind = keyof typeof embeddingKinds;

const isText = (value: unknown) => typeof value === "string";
const isNumbers = (value: unknown, test: (n: number) => boolean) =>
  [value].flat().length > 0 && [value].flat().every((n) => Number.isFinite(n) && test(n as number));
const isPoints = (value: unknown) =>
  Array.isArray(value) &&
  value.length === 5 &&
  value.every((p) => [p].flat().length === 2 && isNumbers(p, () => true));
const oneOf = (names: readonly string[]) => (value: unknown) => names.includes(value as string);

/** For each fact what it must be, in words and as a test. */
const tests: Readonly<Record<keyof EmbeddingFacts, readonly [string, (value: unknown) => boolean]>> = {
  kind: [`one of ${Object.keys(embeddingKinds).join(", ")}`, oneOf(Object.keys(embeddingKinds))],
  name: ["a text", isText],
  template: [
    `one of ${Object.keys(namedTemplates).join(", ")}, or five points`,
    (value) => oneOf(Object.keys(namedTemplates))(value) || isPoints(value),
  ],
  size: ["a whole number of pixels", (value) => Number.isInteger(value) && (value as number) > 0],
  channels: ["one of rgb, bgr, grey", oneOf(["rgb", "bgr", "grey"])],
  mean: ["one number, or one a channel", (value) => isNumbers(value, () => true)],
  deviation: ["one number above 0, or one a channel", (value) => isNumbers(value, (n) => n > 0)],
  metric: ["one of cosine, euclidean", oneOf(["cosine", "euclidean"])],
  use: ["one of loss, judge", oneOf(["loss", "judge"])],
  licence: ["a text", isText],
  source: ["a text", isText],
  output: ["a text", isText],
};

/** @returns the facts; what is missing is taken from the kind @throws InputError one line that names the file and the fact */
export function checkEmbeddingFacts(file: string, own: unknown): EmbeddingFacts {
  if (typeof own !== "object" || own === null || Array.isArray(own)) {
    throw new InputError(file, "facts by name in braces", JSON.stringify(own).slice(0, 30));
  }
  for (const [key, value] of Object.entries(own)) {
    const test = tests[key as keyof EmbeddingFacts];
    if (!test) throw new InputError(file, `only ${Object.keys(tests).join(", ")}`, `"${key}"`);
    if (!test[1](value)) {
      throw new InputError(file, `"${key}" to be ${test[0]}`, `${JSON.stringify(value)}`.slice(0, 40));
    }
  }
  const facts = own as EmbeddingFacts;
  return { ...(facts.kind ? embeddingKinds[facts.kind] : {}), ...facts };
}
