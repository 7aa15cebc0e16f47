/** The shapes that reshaping and slicing operators give, for constants and for features alike. */
import { type Shape, size } from "../shape-inference.js";
import type { Operation } from "./operation.js";

/** @param target the target shape as in ONNX: 0 keeps an axis, -1 stands for the rest */
export function reshaped(op: Operation, shape: Shape, target: readonly number[]): Shape {
  const keepsZero = op.integer("allowzero", 0) === 1;
  const asked = target.map((length, axis) => (length === 0 && !keepsZero ? (shape[axis] ?? 0) : length));
  const known = asked.filter((length) => length !== -1);
  const rest = size(shape) / size(known);
  const result = asked.map((length) => (length === -1 ? rest : length));
  const open = asked.length - known.length;
  if (open > 1 || !result.every(Number.isInteger) || size(result) !== size(shape)) {
    op.fail(
      `a shape for the ${op.written([size(shape)])} values of ${op.written(shape)}`,
      op.written(target),
    );
  }
  return result;
}

export function flattened(op: Operation, shape: Shape): Shape {
  const given = op.integer("axis", 1);
  const axis = given < 0 ? given + shape.length : given;
  return [size(shape.slice(0, axis)), size(shape.slice(axis))];
}

export function squeezed(op: Operation, shape: Shape): Shape {
  const axes = op.list("axes", 1)?.map((axis) => op.axis(axis, shape.length));
  const gone = axes ?? shape.flatMap((length, axis) => (length === 1 ? [axis] : []));
  const longer = gone.find((axis) => shape[axis] !== 1);
  if (longer !== undefined) op.fail(`an axis ${longer} of size 1`, op.written(shape));
  return shape.filter((_, axis) => !gone.includes(axis));
}

export function unsqueezed(op: Operation, shape: Shape): Shape {
  const axes = op.list("axes", 1) ?? op.fail("axes", "none");
  const rank = shape.length + axes.length;
  const added = axes.map((axis) => op.axis(axis, rank));
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (rest.shift() ?? 1)));
}

export interface Range {
  readonly start: number;
  readonly step: number;
  /** The number of places that it takes. */
  readonly length: number;
}

/** The places that a Slice takes along each axis. */
export function ranges(op: Operation, shape: Shape): Range[] {
  const starts = op.list("starts", 1) ?? op.fail("starts", "none");
  const ends = op.list("ends", 2) ?? op.fail("ends", "none");
  const axes = (op.list("axes", 3) ?? starts.map((_, i) => i)).map((axis) => op.axis(axis, shape.length));
  const steps = op.list("steps", 4) ?? [];
  return shape.map((size, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return { start: 0, step: 1, length: size };
    const step = steps[i] ?? 1;
    if (step === 0 || starts[i] === undefined || ends[i] === undefined)
      op.fail("starts, ends and steps", "less");
    const place = (at: number) => {
      const counted = at < 0 ? at + size : at;
      return step > 0 ? Math.min(Math.max(counted, 0), size) : Math.min(Math.max(counted, -1), size - 1);
    };
    const start = place(starts[i]);
    return { start, step, length: Math.max(0, Math.ceil((place(ends[i]) - start) / step)) };
  });
}
