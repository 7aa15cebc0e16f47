/** Converts all versions of Resize, and its forerunner Upsample. */
import type { Pair, Resize } from "../layers.js";
import type { Converter, Operation } from "./operation.js";

export const resize: Converter = (op) => {
  const x = op.image();
  const from: Pair = [x.shape[2], x.shape[3]];
  const target = targetOf(op, x.shape);
  if (op.integer("antialias", 0) || op.integer("exclude_outside", 0)) op.fail("no antialiasing", "it");
  const to = "size" in target ? target.size : scaledBy(from, target.factor);
  if (`${to}` === `${from}` && "size" in target) return x;
  const how = methodOf(op, from, to);
  const doubles = "factor" in target && `${target.factor}` === "2,2";
  if (doubles && how.coordinates === "halfPixel" && how.sampling === "bilinear") {
    return op.add({ kind: "upsampleBilinear" }, [x]);
  }
  return op.add({ kind: "resize", to: target, ...how }, [x]);
};

function targetOf(op: Operation, from: readonly number[]): Resize["to"] {
  const isOld = op.node.opType === "Upsample" || op.context.opset < 11;
  const sizes = isOld ? undefined : op.optionalConstant(3);
  if (sizes && sizes.values.length > 0)
    return { size: lastTwo(op, [...sizes.values], [...from.slice(0, 2)]) };
  const scales = op.attribute("scales")?.floats ?? op.optionalConstant(isOld ? 1 : 2)?.values ?? [];
  return { factor: lastTwo(op, [...scales], [1, 1]) };
}

/** @param fixed the values that batch and channels must have; a batch of one may stand for any batch */
function lastTwo(op: Operation, list: readonly number[], fixed: readonly number[]): Pair {
  if (op.attribute("axes")) op.fail("sizes of all axes", "of some");
  const fits = list.length === 4 && list[1] === fixed[1] && (list[0] === fixed[0] || list[0] === 1);
  if (!fits || list.some((value) => !(value > 0))) {
    op.fail("height and width to change only", `[${list}]`);
  }
  return [list[2], list[3]];
}

function scaledBy(from: Pair, factor: Pair): Pair {
  return [Math.floor(from[0] * factor[0]), Math.floor(from[1] * factor[1])];
}

const coordinates: Readonly<Record<string, Resize["coordinates"]>> = {
  half_pixel: "halfPixel",
  pytorch_half_pixel: "halfPixel",
  align_corners: "alignCorners",
  asymmetric: "asymmetric",
};

const roundings: Readonly<Record<string, Resize["sampling"]>> = {
  round_prefer_floor: "roundHalfDown",
  round_prefer_ceil: "roundHalfUp",
  floor: "floor",
  ceil: "ceil",
};

function methodOf(op: Operation, from: Pair, to: Pair): Pick<Resize, "coordinates" | "sampling"> {
  const mode = op.text("mode", "nearest");
  const isLinear = mode === "linear" || mode === "bilinear";
  if (!isLinear && mode !== "nearest") op.fail("mode nearest or linear", mode);
  if (op.node.opType === "Upsample" || op.context.opset < 11) {
    const shrinks = to[0] < from[0] || to[1] < from[1];
    if (shrinks && !isLinear) op.fail("a version from 11 on where it makes smaller", `${op.context.opset}`);
    return { coordinates: "asymmetric", sampling: isLinear ? "bilinear" : "floor" };
  }
  const given = op.text("coordinate_transformation_mode", "half_pixel");
  const known = Object.hasOwn(coordinates, given) ? coordinates[given] : op.fail("known coordinates", given);
  const rounding = op.text("nearest_mode", "round_prefer_floor");
  if (!isLinear && !Object.hasOwn(roundings, rounding)) op.fail("a known rounding", rounding);
  // PyTorch's variant has one new pixel at the first old one.
  const single = given === "pytorch_half_pixel" && (to[0] === 1 || to[1] === 1);
  if (single && !(to[0] === 1 && to[1] === 1)) op.fail("more than one new row and column", `[${to}]`);
  return {
    coordinates: single ? "asymmetric" : known,
    sampling: isLinear ? "bilinear" : roundings[rounding],
  };
}
