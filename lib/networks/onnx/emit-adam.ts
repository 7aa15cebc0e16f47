/**
 * Emits one step of Adam (Kingma and Ba, algorithm 1) over all trainable parameters of a network, which are one long
 * vector:
 * m ← m + (1 - β1) (g - m), v ← v + (1 - β2) (g² - v), w ← w - rate m̂ / (√v̂ + ε),
 * where m̂ and v̂ are m and v over 1 - β1^t and 1 - β2^t, and g the mean of the accumulated gradients.
 */
import { type AdamSettings, biasCorrections } from "../adam.js";
import type { Shape } from "../layers.js";
import { OnnxGraph } from "./onnx-graph.js";

/** The size of a part, in numbers: it stays in the processor's cache while all operators work on it in turn. */
export const ADAM_PART = 1 << 15;

/** The names of the graph's inputs for part `i`; "new " before them gives the names of its outputs. */
export const adamNames = (i: number) => ({ w: `w${i}`, m: `m${i}`, v: `v${i}`, g: `g${i}` });

/** @param sizes the number of values in each part @returns the encoded model */
export function emitAdam(sizes: readonly number[], { beta1, beta2 }: AdamSettings): Uint8Array {
  const graph = new OnnxGraph();
  const [share, rate, epsilon] = ["share", "rate", "epsilon"].map((name) => graph.input(name, [])) as [
    string,
    string,
    string,
  ];
  sizes.forEach((size, i) => {
    const shape: Shape = [size];
    const names = adamNames(i);
    for (const name of Object.values(names)) graph.input(name, shape);
    const g = graph.op("Mul", [names.g, share]);
    const towards = (mean: string, value: string, part: number) => {
      const step = graph.op("Mul", [graph.op("Sub", [value, mean]), graph.floats(part)]);
      return graph.op("Add", [mean, step], {}, `new ${mean}`);
    };
    const m = towards(names.m, g, 1 - beta1);
    const v = towards(names.v, graph.op("Mul", [g, g]), 1 - beta2);
    const length = graph.op("Add", [graph.op("Sqrt", [v]), epsilon]);
    const step = graph.op("Div", [graph.op("Mul", [m, rate]), length]);
    graph.op("Sub", [names.w, step], {}, `new ${names.w}`);
    for (const name of [names.w, names.m, names.v]) graph.output(`new ${name}`, shape);
  });
  return graph.encode("adam");
}

/**
 * The scalars of a step, with the corrections for the first steps folded into rate and ε.
 *
 * @param step 1 for the first
 * @param accumulated the number of gradients that were added
 */
export function adamScalars(
  settings: AdamSettings,
  learningRate: number,
  step: number,
  accumulated: number,
): { readonly share: number; readonly rate: number; readonly epsilon: number } {
  const { first, second } = biasCorrections(settings, step);
  const root = Math.sqrt(second);
  return { share: 1 / accumulated, rate: (learningRate * root) / first, epsilon: settings.epsilon * root };
}
