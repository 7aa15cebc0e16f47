/** For tests: the same network in tfjs and in ONNX Runtime, with values and gradients compared. */
import assert from "node:assert/strict";
import { createRandom } from "../base/tensor/random.js";
import type { Network } from "../networks/graph.js";
import { createOnnxNetwork } from "../networks/onnx/onnx-network.js";
import { initialParameters, type ParameterValues, parameterSpecs } from "../networks/parameters.js";
import { inferShapes, type Shapes, size } from "../networks/shape-inference.js";
import { createTfjsNetwork } from "../networks/tfjs/tfjs-trainable-network.js";
import type { NetworkArrays, TrainableNetwork } from "../networks/trainable-network.js";

/** Normal numbers for each shape. */
export function randomArrays(shapes: Shapes, seed: number): NetworkArrays {
  const random = createRandom(seed);
  const arrays = Object.entries(shapes).map(
    ([name, shape]) => [name, { shape, values: random.fork(name).normalArray(size(shape)) }] as const,
  );
  return Object.fromEntries(arrays);
}

/** Parameters that all have some influence: normal numbers added to their first values. */
export function stirredParameters(network: Network, inputShapes: Shapes, seed = 1): ParameterValues {
  const specs = parameterSpecs(network, inputShapes);
  const random = createRandom(seed + 1);
  const stirred = Object.entries(initialParameters(specs, seed, "he")).map(([name, values]) => {
    const stream = random.fork(name);
    return [
      name,
      values.map((value) => value + (name.endsWith("weight") ? 0 : 0.1 * stream.normal())),
    ] as const;
  });
  return Object.fromEntries(stirred);
}

export function outputShapes(network: Network, inputShapes: Shapes): Shapes {
  const shapes = inferShapes(network, inputShapes);
  return Object.fromEntries(Object.entries(network.outputs).map(([output, node]) => [output, shapes[node]]));
}

/** The largest difference relative to the length of the expected vector; equal vectors give 0. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  let [difference, length] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    length += expected[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / length);
}

export interface CompareOptions {
  readonly differences?: "random" | "gradient";
  /** Largest relative difference of the engines. */
  readonly tolerance?: number;
}

export interface Agreement {
  readonly forward: number;
  readonly parameters: number;
  readonly inputs: number;
}

/** Asserts that both engines agree; with `differences`, also with central differences along a direction. */
export async function compareEngines(
  network: Network,
  inputShapes: Shapes,
  { differences, tolerance = 1e-4 }: CompareOptions = {},
): Promise<Agreement> {
  const options = { network, inputShapes, parameters: stirredParameters(network, inputShapes) };
  const inputs = randomArrays(inputShapes, 3);
  const dys = randomArrays(outputShapes(network, inputShapes), 4);
  const engines = [await createTfjsNetwork(options), await createOnnxNetwork(options)] as const;
  const [expected, actual] = [await passes(engines[0], inputs, dys), await passes(engines[1], inputs, dys)];
  const worst = { forward: 0, parameters: 0, inputs: 0 };
  for (const part of ["predicted", "forward", "parameters", "inputs"] as const) {
    assert.deepEqual(Object.keys(actual[part]).sort(), Object.keys(expected[part]).sort());
    for (const [name, values] of Object.entries(expected[part])) {
      const error = relativeError(actual[part][name], values);
      assert.ok(error <= tolerance, `${part} ${name}: ${error}`);
      const kind = part === "predicted" ? "forward" : part;
      worst[kind] = Math.max(worst[kind], error);
    }
  }
  if (differences) await checkDifferences(engines[1], inputs, dys, actual.inputs, differences);
  await Promise.all(engines.map((engine) => engine.dispose()));
  return worst;
}

async function passes(engine: TrainableNetwork, inputs: NetworkArrays, dys: NetworkArrays) {
  const plain = (arrays: NetworkArrays) =>
    Object.fromEntries(Object.entries(arrays).map(([name, { values }]) => [name, values.slice()]));
  const predicted = plain(await engine.predict(inputs));
  const forward = plain(await engine.forward(inputs));
  const gradients = plain(await engine.backward(dys, { inputs: Object.keys(inputs) }));
  return { predicted, forward, parameters: await engine.gradients(), inputs: gradients };
}

/**
 * The change of Σ outputs · dys along one direction of all inputs and parameters at once. "random" takes normal
 * numbers, for small networks. "gradient" moves each tensor along its own gradient by a random length: this moves
 * fewer rectifiers over their kinks, which would hide the derivative of a deep network.
 */
async function checkDifferences(
  engine: TrainableNetwork,
  inputs: NetworkArrays,
  dys: NetworkArrays,
  inputGradients: Readonly<Record<string, Float32Array>>,
  kind: "random" | "gradient",
): Promise<void> {
  const parameters = await engine.parameters();
  const gradients = { ...(await engine.gradients()), ...inputGradients };
  const random = createRandom(5);
  const entries = Object.entries(gradients).map(([name, values]) => {
    if (kind === "random") return [name, random.normalArray(values.length)] as const;
    const factor = random.normal() / (Math.sqrt(dot(values, values)) || 1);
    return [name, values.map((value) => factor * value)] as const;
  });
  const direction = Object.fromEntries(entries);
  const length = Math.sqrt(Object.values(gradients).reduce((sum, values) => sum + dot(values, values), 0));
  const step = kind === "random" ? 2e-4 : Math.min(1e-3, 1 / length);
  const loss = async (sign: number) => {
    const moved = (name: string, values: Float32Array) =>
      values.map((value, i) => value + sign * step * (direction[name]?.[i] ?? 0));
    engine.setParameters(
      Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, moved(name, values)])),
    );
    const given = Object.entries(inputs).map(
      ([name, { shape, values }]) => [name, { shape, values: moved(name, values) }] as const,
    );
    const outputs = await engine.forward(Object.fromEntries(given));
    return Object.entries(dys).reduce((sum, [name, dy]) => sum + dot(outputs[name].values, dy.values), 0);
  };
  const numeric = ((await loss(1)) - (await loss(-1))) / (2 * step);
  const terms = Object.entries(gradients).map(([name, values]) => dot(values, direction[name]));
  const analytic = terms.reduce((sum, term) => sum + term, 0);
  const tolerance = (kind === "random" ? 0.02 : 0.005) * length;
  assert.ok(Math.abs(numeric - analytic) <= tolerance, `${numeric} and ${analytic}, of ${length}`);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
