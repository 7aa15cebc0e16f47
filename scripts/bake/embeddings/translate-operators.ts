/** Translates each operator of TensorFlow into layers. */
import type { Constant, Layer, Padding } from "rerenderable/networks";
import type { Place, Value } from "./place.js";
import { convolution, product } from "./translate-products.js";

type Translator = (place: Place) => Value;

/** The translators by the name of the operator. */
export const translators: Readonly<Record<string, Translator>> = {
  Placeholder: ({ node, add }) => add({ kind: "input", shape: node.attributes.shape("shape").slice(1) }, []),
  Identity: ({ value }) => value(0),
  Conv2D: (place) => convolution(place, false),
  _FusedConv2D: (place) => fused(place, convolution(place, false)),
  DepthwiseConv2dNative: (place) => convolution(place, true),
  FusedDepthwiseConv2dNative: (place) => fused(place, convolution(place, true)),
  MatMul: product,
  _FusedMatMul: (place) => fused(place, product(place)),
  BiasAdd: (place) => place.add(shift(place.needConstant(1), place), [place.value(0)]),
  Add: sum,
  AddV2: sum,
  Sub: (place) => {
    const [minuend, subtrahend] = [place.constant(0), place.constant(1)];
    if (minuend) return place.add(affine([-1], numbers(minuend, place)), [place.value(1)]);
    if (!subtrahend) return place.fail("should subtract a constant, or from one");
    const negative = numbers(subtrahend, place).map((value) => -value);
    return place.add(affine([1], negative), [place.value(0)]);
  },
  Mul: (place) =>
    withConstant(place, (constant) => affine(numbers(constant, place), [0])) ??
    place.add({ kind: "multiply" }, [place.value(0), place.value(1)]),
  Relu: (place) => place.add({ kind: "relu" }, [place.value(0)]),
  Relu6: (place) => place.add({ kind: "clip", minimum: 0, maximum: 6 }, [place.value(0)]),
  Prelu: (place) => prelu(place, place.value(0), place.needConstant(1)),
  Maximum: (place) =>
    withConstant(place, (constant) => ({ kind: "clip", minimum: oneNumber(constant, place) })) ??
    place.add({ kind: "maximum" }, [place.value(0), place.value(1)]),
  Minimum: (place) =>
    withConstant(place, (constant) => ({ kind: "clip", maximum: oneNumber(constant, place) })) ??
    place.fail("should read a constant"),
  Tanh: (place) => place.add({ kind: "tanh" }, [place.value(0)]),
  Sigmoid: (place) => place.add({ kind: "sigmoid" }, [place.value(0)]),
  Pad: (place) => {
    const sides = place.needConstant(1).values;
    if (sides.length !== 8 || [0, 1, 6, 7].some((i) => sides[i] !== 0)) place.fail("should pad space only");
    const [top, bottom, left, right] = sides.slice(2, 6) as unknown as Padding;
    return place.add({ kind: "pad", padding: [top, left, bottom, right] }, [place.value(0)]);
  },
  Mean: (place) => {
    const axes = `${place.needConstant(1).values}`;
    const value = place.value(0);
    if (axes !== "1,2" || value.shape.length !== 4) place.fail(`should be over space but is over ${axes}`);
    const mean = place.add({ kind: "globalAveragePool" }, [value]);
    if (!place.node.attributes.flag("keep_dims")) return mean;
    return place.add({ kind: "reshape", shape: [1, 1, mean.shape[1]], order: "channelsLast" }, [mean]);
  },
  Reshape: (place) => {
    const value = place.value(0);
    const size = value.shape.reduce((product, length) => product * length, 1);
    const [batch, ...rest] = place.needConstant(1).values;
    if (rest.length === 1 && (batch === -1 || batch === 1) && (rest[0] === size || rest[0] === -1)) {
      return place.add({ kind: "flatten", order: "channelsLast" }, [value]);
    }
    return place.fail(`should flatten to [-1, ${size}] but makes [${[batch, ...rest]}]`);
  },
};

/** Adds the work that a fused operator does after its product. */
function fused(place: Place, result: Value): Value {
  let value = result;
  let argument = 2;
  for (const operation of place.node.attributes.texts("fused_ops")) {
    if (operation === "BiasAdd") value = place.add(shift(place.needConstant(argument++), place), [value]);
    else if (operation === "Relu") value = place.add({ kind: "relu" }, [value]);
    else if (operation === "Relu6") value = place.add({ kind: "clip", minimum: 0, maximum: 6 }, [value]);
    else if (operation === "Prelu") value = prelu(place, value, place.needConstant(argument++));
    else place.fail(`has the fused operator ${operation}, which is not understood`);
  }
  return value;
}

function sum(place: Place): Value {
  const slope = preluSlope(place);
  if (slope) return prelu(place, place.before(0).value(1), slope);
  const layer = withConstant(place, (constant) => shift(constant, place));
  return layer ?? place.add({ kind: "add" }, [place.value(0), place.value(1)]);
}

/** The slope, if the sum is max(0, x) + slope · min(0, x), the form in which a prelu is written. */
function preluSlope(place: Place): Constant | undefined {
  if (place.constant(0) || place.constant(1)) return undefined;
  const [above, scaled] = [place.before(0), place.before(1)];
  if (above.node.op !== "Maximum" || scaled.node.op !== "Mul" || scaled.constant(1)) return undefined;
  const below = scaled.before(1);
  const bounded = below.node.op === "Minimum" && below.node.inputs[1] === above.node.inputs[1];
  const isZero = (bound: Constant | undefined) => bound?.values.length === 1 && bound.values[0] === 0;
  return bounded && isZero(above.constant(0)) && isZero(below.constant(0)) ? scaled.constant(0) : undefined;
}

function prelu(place: Place, x: Value, slope: Constant): Value {
  const channels = x.shape.at(-1)!;
  if (slope.values.length !== channels) place.fail(`should have ${channels} slopes`);
  return place.add({ kind: "prelu", initialSlope: 0.25 }, [x], { slope: Float32Array.from(slope.values) });
}

/** The layer of the input that is not a constant, if the other one is. */
function withConstant(place: Place, layer: (constant: Constant) => Layer): Value | undefined {
  const index = [0, 1].find((i) => place.constant(i));
  if (index === undefined) return undefined;
  return place.add(layer(place.constant(index)!), [place.value(1 - index)]);
}

function shift(constant: Constant, place: Place): Layer {
  return affine([1], numbers(constant, place));
}

function affine(scale: readonly number[], offset: readonly number[]): Layer {
  return { kind: "affine", scale, offset };
}

/** The numbers of the constant, if it has one, or one for each channel. */
function numbers({ shape, values }: Constant, { fail }: Place): number[] {
  const perChannel = shape.slice(0, -1).every((length) => length === 1);
  return perChannel ? Array.from(values) : fail(`should have one number a channel but has [${shape}]`);
}

function oneNumber({ values }: Constant, { fail }: Place): number {
  return values.length === 1 ? values[0] : fail("should have one number as its bound");
}
