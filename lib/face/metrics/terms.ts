/** Numbers by name: the terms of a loss, the measures of a face. */

export type Terms = Readonly<Record<string, number>>;

/** The mean of each number over the faces that have it. */
export function meanTerms(all: readonly Terms[]): Terms {
  const names = [...new Set(all.flatMap((terms) => Object.keys(terms)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = all.flatMap((terms) => (name in terms ? [terms[name]] : []));
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}
