/** Means of figures by method, as rows of a table. */
import { meanTerms, type Terms } from "rerenderable";
import type { Judged } from "./judged.js";
import type { MethodName } from "./methods.js";

/** Means over the figures that `belongs` accepts, by method, in the order in which the methods came. */
export function meansByMethod(
  judged: readonly Judged[],
  belongs: (one: Judged) => boolean = () => true,
): ReadonlyMap<MethodName, Terms> {
  const means = new Map<MethodName, Terms>();
  for (const method of new Set(judged.map((one) => one.method))) {
    const own = judged.filter((one) => one.method === method && belongs(one));
    if (own.length > 0) means.set(method, meanTerms(own.map(({ figures }) => figures)));
  }
  return means;
}
