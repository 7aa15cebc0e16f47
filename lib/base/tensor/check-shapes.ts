/**
 * Checks the shapes of a function's tensors: one call at the top of a function says them, so that the code holds what
 * its doc promises.
 */

/** The sizes of a tensor's axes: a number, or a name that stands for the same size wherever it appears. */
export type Axes = readonly (string | number)[];

interface Shaped {
  readonly shape: readonly number[];
}

/**
 * Checks the shapes of a function's arguments against each other.
 *
 * @param functionName the function that was called, for the message
 * @param expected for each argument, by its name, the tensor and the axes that it should have
 * @returns the size of each named axis
 * @throws naming the argument, its expected shape with the sizes known by then, and its actual one
 */
export function checkShapes<const A extends Axes>(
  functionName: string,
  expected: Readonly<Record<string, readonly [tensor: Shaped, axes: A]>>,
): Record<Extract<A[number], string>, number> {
  const sizes = new Map<string, number>();
  for (const [argument, [tensor, axes]] of Object.entries(expected)) {
    const { shape } = tensor;
    const known = new Map(sizes);
    const fits = axes.every((axis, i) => {
      if (typeof axis === "number") return shape[i] === axis;
      if (!sizes.has(axis) && shape[i] !== undefined) sizes.set(axis, shape[i]);
      return sizes.get(axis) === shape[i];
    });
    if (fits && axes.length === shape.length) continue;
    const wanted = axes.map((axis) => (known.has(`${axis}`) ? `${axis}=${known.get(`${axis}`)}` : axis));
    throw new Error(
      `${functionName}: \`${argument}\` should have shape [${wanted.join(", ")}] but has [${shape}].`,
    );
  }
  return Object.fromEntries(sizes) as Record<Extract<A[number], string>, number>;
}
