/** Reads networks from JSON. The text is the network itself, so reading it means checking that it is one. */
import { FileError } from "../base/tensor/file-error.js";
import { parseJson } from "../base/tensor/parse-json.js";
import { createNetwork, type Network } from "./graph.js";
import type { Layer, LayerKind, LayerOf } from "./layers.js";

export function networkToJson({ name, nodes, outputs }: Network): string {
  return JSON.stringify({ name, nodes, outputs });
}

/**
 * @param sourceName the text's name in messages
 * @throws FileError in one line that names the source and, where there is one, the node, if it is not a network
 */
export function networkFromJson(text: string, sourceName: string): Network {
  const fail: Fail = (problem) => {
    throw new FileError(`${sourceName}: its network ${problem}.`);
  };
  const { name, nodes, outputs } = readObject(text, fail);
  if (typeof name !== "string") return fail("should have a `name`");
  if (!Array.isArray(nodes)) return fail("should have a list of `nodes`");
  if (!isRecord(outputs) || !Object.values(outputs).every((node) => typeof node === "string")) {
    return fail("should have `outputs`, names of nodes by name");
  }
  const read = nodes.map((node, i) => readNode(node, `node ${i}`, fail));
  try {
    return createNetwork(name, ({ add }) => {
      for (const { name, layer, inputs } of read) add(name, layer, ...inputs);
      return outputs as Record<string, string>;
    });
  } catch (error) {
    throw new FileError(`${sourceName}: ${(error as Error).message}`);
  }
}

type Fail = (problem: string) => never;

function readObject(text: string, fail: Fail): Record<string, unknown> {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    return fail("should be JSON but is not");
  }
  return isRecord(json) ? json : fail("should be a JSON object");
}

function readNode(node: unknown, place: string, fail: Fail): Network["nodes"][number] {
  const { name, layer, inputs }: Readonly<Record<string, unknown>> = isRecord(node) ? node : {};
  if (typeof name !== "string" || !isRecord(layer) || !isList(inputs, (input) => typeof input === "string")) {
    return fail(`should have a \`name\`, a \`layer\` and \`inputs\` at ${place}`);
  }
  const { kind, ...values } = layer;
  if (typeof kind !== "string" || !Object.hasOwn(fields, kind)) {
    return fail(`has the unknown layer ${JSON.stringify(kind)} at node "${name}"`);
  }
  const checks: Readonly<Record<string, Check>> = fields[kind as LayerKind];
  for (const field of new Set([...Object.keys(checks), ...Object.keys(values)])) {
    if (checks[field]?.(values[field])) continue;
    const got = values[field] === undefined ? "" : ` ${JSON.stringify(values[field])?.slice(0, 60)}`;
    const problem = checks[field] ? `bad or missing \`${field}\`` : `unknown \`${field}\``;
    return fail(`has the ${problem}${got} at node "${name}" (${kind})`);
  }
  return { name, layer: layer as unknown as Layer, inputs: inputs as string[] };
}

type Check = (value: unknown) => boolean;

const number: Check = (value) => Number.isFinite(value);
const optional: Check = (value) => value === undefined || number(value);
const size: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const place: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const flag: Check = (value) => typeof value === "boolean";
const numbers: Check = (value) => isList(value, number);
const sizes: Check = (value) => isList(value, size);
const openSizes: Check = (value) => isList(value, (one) => one === null || size(one));
const pair: Check = (value) => isList(value, size, 2);
const factors: Check = (value) => isList(value, (one) => number(one) && (one as number) > 0, 2);
const sides: Check = (value) => isList(value, place, 4);
const order = oneOf("channelsLast", "channelsFirst");
const window = { kernel: pair, stride: pair, padding: sides };

/** The kind of value that each field of each layer must have. */
const fields: {
  readonly [K in LayerKind]: { readonly [F in Exclude<keyof LayerOf<K>, "kind">]-?: Check };
} = {
  input: { shape: openSizes },
  conv: { ...window, filters: size, dilation: pair, groups: size, bias: flag },
  transposedConv: { ...window, filters: size, bias: flag },
  depthwiseConv: { ...window, dilation: pair, bias: flag },
  dense: { units: size, bias: flag },
  instanceNorm: { epsilon: number },
  batchNorm: { epsilon: number, momentum: number },
  scaleAndBias: {},
  leakyRelu: { slope: number },
  prelu: { initialSlope: number },
  relu: {},
  clip: { minimum: optional, maximum: optional },
  tanh: {},
  sigmoid: {},
  softmax: {},
  l2Normalise: { epsilon: number },
  affine: { scale: numbers, offset: numbers },
  maxPool: window,
  averagePool: window,
  globalAveragePool: {},
  add: {},
  multiply: {},
  maximum: {},
  concat: {},
  sliceChannels: { start: place, end: size },
  pad: { padding: sides },
  reshape: { shape: sizes, order },
  flatten: { order },
  upsampleBilinear: {},
  resize: {
    to: (value) => isRecord(value) && ("size" in value ? pair(value.size) : factors(value.factor)),
    coordinates: oneOf("halfPixel", "asymmetric", "alignCorners"),
    sampling: oneOf("bilinear", "floor", "ceil", "roundHalfDown", "roundHalfUp"),
  },
  sparseProduct: { matrix: (value) => typeof value === "string", rows: size },
};

function oneOf(...words: readonly string[]): Check {
  return (value) => typeof value === "string" && words.includes(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown, check: Check, length?: number): value is unknown[] {
  return Array.isArray(value) && value.every(check) && (length === undefined || value.length === length);
}
