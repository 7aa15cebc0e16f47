/** Figures by method, as rows of tables. */
import { meanTerms, type Terms } from "rerenderable";
import { type BetterFaces, betterFaces, detailBands } from "rerenderable/face";
import type { Comparison } from "./compare-methods.js";
import { identityRows, rankOne } from "./identity-on-grey.js";
import type { Judged } from "./judged.js";
import { type MethodName, methodOf } from "./methods.js";

/** Figures of one face; those of a person under many lights count once, in figures of their own. */
export const isFace = ({ group }: Pick<Judged, "group">) =>
  group !== "persons" && group !== "same-face-many-lights";

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

/** A row for each method and rendering on grey: mean cosines to the photo, and of how many faces it is the nearest. */
export function identityTable(identities: Comparison["identities"]) {
  return [...identities].flatMap(([method, people]) =>
    identityRows(people).map((row) => ({ method: methodOf(method).label, ...row })),
  );
}

/** Ranks by method and rendering, for summaries. */
export function ranksByMethod(identities: Comparison["identities"]) {
  return Object.fromEntries([...identities].map(([method, people]) => [method, rankOne(people)]));
}

/** A row for each method and map: which share of the photo's unexplained detail stands in it, by band. */
export function detailTable(judged: readonly Judged[]) {
  return [...meansByMethod(judged, isFace)].flatMap(([method, means]) =>
    (["albedo", "light"] as const).map((map) => ({
      method: methodOf(method).label,
      map,
      ...Object.fromEntries(
        [...detailBands, "below4"].map((band) => [
          band,
          Number((means[`${map}Detail.${band}`] ?? Number.NaN).toFixed(3)),
        ]),
      ),
    })),
  );
}

/**
 * By method: of how many faces its albedo is nearer to the truth than the prior's, on the whole map, where it is seen, and in
 * the picture.
 * Without the method `coarse`, whose albedo is the prior's, nothing is known.
 */
export function betterThanPrior(
  judged: readonly Judged[],
): ReadonlyMap<MethodName, Readonly<Record<"whole" | "seen" | "inPicture", BetterFaces>>> {
  const faces = judged.filter(isFace);
  const prior = new Map(
    faces.filter(({ method }) => method === "coarse").map(({ id, figures }) => [id, figures]),
  );
  const compared = [...new Set(faces.map(({ method }) => method))].filter((method) => method !== "coarse");
  if (prior.size === 0) return new Map();
  return new Map(
    compared.map((name) => {
      const own = faces.filter(({ method }) => method === name);
      const better = (error: string) =>
        betterFaces(
          own.map(({ figures }) => figures[error]),
          own.map(({ id }) => prior.get(id)?.[error]),
        );
      return [
        name,
        {
          whole: better("albedo.complete"),
          seen: better("albedo.scaled"),
          inPicture: better("albedo.inPicture"),
        },
      ];
    }),
  );
}
