/** Parameters one after the other in one array: code that treats all of them alike makes one pass over it. */
import type { ParameterSpec, ParameterValues } from "./parameters.js";
import { size } from "./shape-inference.js";

export class FlatParameters {
  readonly values: Float32Array;
  /** The part of `values` that is each parameter's, by the parameter's name. */
  readonly views: ParameterValues;

  constructor(specs: readonly ParameterSpec[]) {
    this.values = new Float32Array(specs.reduce((sum, { shape }) => sum + size(shape), 0));
    let start = 0;
    const views = specs.map(({ name, shape }) => {
      const view = this.values.subarray(start, start + size(shape));
      start += view.length;
      return [name, view] as const;
    });
    this.views = Object.fromEntries(views);
  }

  /** Copies the values that are given for these parameters. */
  set(values: ParameterValues): void {
    for (const [name, view] of Object.entries(this.views)) {
      if (values[name]) view.set(values[name]);
    }
  }

  copy(): ParameterValues {
    return Object.fromEntries(Object.entries(this.views).map(([name, view]) => [name, view.slice()]));
  }
}
