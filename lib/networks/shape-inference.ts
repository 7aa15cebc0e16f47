/** Shapes of everything in a network, from the shapes of its inputs. Channels last, with the batch. */
import { inputNames, type Network, type NetworkNode } from "./graph.js";
import { resizedSize } from "./interpolation-matrix.js";
import type { LayerOf, Shape } from "./layers.js";
import { NetworkError } from "./network-error.js";
import { type Fail, type ImageShape, isSize, sides, windowShape } from "./window-shape.js";

export type { Shape };
export type Shapes = Readonly<Record<string, Shape>>;

/**
 * @param inputShapes the shape of each input by its name, with the batch: [B, H, W, C] or [B, C]
 * @returns the shape of each node's value, by the node's name
 * @throws naming network, node, what was expected and what came
 */
export function inferShapes(network: Network, inputShapes: Shapes): Shapes {
  const names = inputNames(network);
  for (const name of Object.keys(inputShapes)) {
    if (names.includes(name)) continue;
    throw new NetworkError(network.name, `has the inputs ${quoted(names)}, not "${name}"`);
  }
  const shapes: Record<string, Shape> = {};
  for (const node of network.nodes) {
    const inputs = node.inputs.map((input) => shapes[input]);
    const given = node.layer.kind === "input" ? [inputShapes[node.name]] : inputs;
    shapes[node.name] = inferShape(network.name, node, given);
  }
  return shapes;
}

/**
 * @param inputs the shapes of the values that the node reads; for an input, its own shape
 * @returns the shape of its value
 * @throws naming network, node, what was expected and what came
 */
export function inferShape(
  networkName: string,
  node: NetworkNode,
  inputs: readonly (Shape | undefined)[],
): Shape {
  const fail: Fail = (problem) => {
    throw new NetworkError(networkName, problem, node);
  };
  const shape = outputShape(node, inputs, fail);
  return shape.every(isSize) ? shape : fail(`cannot give a shape [${shape}]`);
}

/** The shapes of the inputs at a batch of `batch`, if the network decides all other sizes. */
export function fixedInputShapes(network: Network, batch: number): Shapes {
  const shapes: Record<string, Shape> = {};
  for (const { name, layer } of network.nodes) {
    if (layer.kind !== "input") continue;
    const sizes = layer.shape.map((size) => {
      if (size !== null) return size;
      throw new NetworkError(network.name, `the input "${name}" has the open shape [${layer.shape}]`);
    });
    shapes[name] = [batch, ...sizes];
  }
  return shapes;
}

function outputShape({ layer }: NetworkNode, inputs: readonly (Shape | undefined)[], fail: Fail): Shape {
  if (layer.kind === "input") return inputShape(layer.shape, inputs[0], fail);
  const shapes = inputs as readonly Shape[];
  const first = shapes[0];
  switch (layer.kind) {
    case "conv":
    case "depthwiseConv":
    case "transposedConv":
    case "maxPool":
    case "averagePool":
      return windowShape(layer, images(first, fail), fail);
    case "upsampleBilinear": {
      const [batch, height, width, channels] = images(first, fail);
      return [batch, 2 * height, 2 * width, channels];
    }
    case "globalAveragePool":
      return [images(first, fail)[0], first[3]];
    case "instanceNorm":
      return images(first, fail);
    case "dense":
      if (first.length !== 2) fail(`should read a shape [B, C] but reads [${first}]; \`flatten\` it before`);
      return [first[0], layer.units];
    case "add":
    case "multiply":
      return broadcastShape(first, shapes[1], fail);
    case "maximum":
      if (`${first}` !== `${shapes[1]}`)
        fail(`should read equal shapes but reads [${first}] and [${shapes[1]}]`);
      return first;
    case "concat":
      return concatShape(shapes, fail);
    case "sliceChannels":
      return slicedShape(layer, first, fail);
    case "affine":
      for (const [name, numbers] of Object.entries({ scale: layer.scale, offset: layer.offset })) {
        if (numbers.length === 1 || numbers.length === first.at(-1)) continue;
        fail(`\`${name}\` should have 1 number or ${first.at(-1)} but has ${numbers.length}`);
      }
      return first;
    case "clip":
      if (layer.minimum === undefined && layer.maximum === undefined)
        fail("should have a bound but has none");
      if ((layer.minimum ?? -Infinity) < (layer.maximum ?? Infinity)) return first;
      return fail(`\`minimum\` ${layer.minimum} should be below \`maximum\` ${layer.maximum}`);
    case "pad": {
      const [batch, height, width, channels] = images(first, fail);
      if (layer.padding.some((side) => side < 0)) fail(`cannot add [${layer.padding}] rows and columns`);
      return [batch, height + sides(layer.padding, 0), width + sides(layer.padding, 1), channels];
    }
    case "resize": {
      const [batch, height, width, channels] = images(first, fail);
      const sizes = resizedSize(layer.to, [height, width]);
      if (!sizes.every((length) => Number.isInteger(length) && length > 0)) {
        fail(`cannot resize [${first}] to [${sizes}] pixels`);
      }
      return [batch, ...sizes, channels];
    }
    case "sparseProduct":
      if (first.length !== 4 || first[1] !== 1) fail(`should read a shape [B, 1, N, C] but reads [${first}]`);
      return [first[0], 1, layer.rows, first[3]];
    case "flatten":
      return [first[0], size(first.slice(1))];
    case "reshape":
      if (layer.shape.length !== 1 && layer.shape.length !== 3)
        fail(`can make [B, H, W, C] and [B, C] but not [B, ${layer.shape}]`);
      if (size(layer.shape) !== size(first.slice(1))) fail(`cannot make [B, ${layer.shape}] of [${first}]`);
      return [first[0], ...layer.shape];
    default:
      return first;
  }
}

function inputShape(expected: readonly (number | null)[], shape: Shape | undefined, fail: Fail): Shape {
  if (expected.length !== 1 && expected.length !== 3)
    fail(`should have a shape [H, W, C] or [C] for an item but has [${expected}]`);
  const wanted = ["B", ...expected.map((length) => length ?? "any")].join(", ");
  if (!shape) return fail(`should be given, with shape [${wanted}], but is not`);
  const fits = expected.every((length, i) => length === null || length === shape[i + 1]);
  if (!fits || shape.length !== expected.length + 1) fail(`should have shape [${wanted}] but has [${shape}]`);
  if (!shape.every(isSize)) fail(`has the empty shape [${shape}]`);
  return shape;
}

function images(shape: Shape, fail: Fail): ImageShape {
  return shape.length === 4
    ? (shape as unknown as ImageShape)
    : fail(`should read a shape [B, H, W, C] but reads [${shape}]`);
}

function broadcastShape(one: Shape, other: Shape, fail: Fail): Shape {
  const fits =
    one.length === other.length && one.every((n, i) => n === other[i] || n === 1 || other[i] === 1);
  if (!fits) fail(`should read equal shapes but reads [${one}] and [${other}]`);
  return one.map((length, i) => Math.max(length, other[i]));
}

function concatShape(shapes: readonly Shape[], fail: Fail): Shape {
  const before = shapes[0].slice(0, -1);
  for (const shape of shapes) {
    if (`${shape.slice(0, -1)}` === `${before}`) continue;
    fail(`should read shapes that differ in channels only but reads [${shapes.join("] and [")}]`);
  }
  return [...before, shapes.reduce((sum, shape) => sum + shape.at(-1)!, 0)];
}

function slicedShape({ start, end }: LayerOf<"sliceChannels">, shape: Shape, fail: Fail): Shape {
  const channels = shape.at(-1)!;
  const fits =
    Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= channels;
  if (!fits) fail(`cannot take channels ${start} to ${end} of [${shape}]`);
  return [...shape.slice(0, -1), end - start];
}

/** The number of values in a tensor of a shape. */
export function size(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
