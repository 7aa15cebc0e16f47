/**
 * Runs the truth bench. Writes
 *
 *     faces.jsonl, identity.csv, detail-shares.csv    as every comparison (`compare-methods/run-comparison.ts`)
 *     table.csv        a row for each method, a column for each figure (see `compare-methods/*-figures.ts`)
 *     pareto.png       fidelity of the picture, and how much light is left in the albedo
 *     albedos.png      the albedo of each method beside the true one
 *     summary.json     the same numbers, ranks, of how many faces the albedo is better than the prior, errors by group of
 *                      skin tones, and the faces that failed
 */
import { InputError, type Terms } from "rerenderable";
import { skinToneGroup, skinToneGroups } from "rerenderable/base";
import { figureToPng, imageStrip } from "rerenderable/notebook";
import type { Comparison } from "../compare-methods/compare-methods.js";
import { rankOne } from "../compare-methods/identity-on-grey.js";
import type { Judged, JudgedFace } from "../compare-methods/judged.js";
import { betterThanPrior, isFace, meansByMethod, ranksByMethod } from "../compare-methods/method-table.js";
import { type MethodName, methodOf } from "../compare-methods/methods.js";
import { runComparison } from "../compare-methods/run-comparison.js";
import type { CompareMethodsSettings } from "../compare-methods/settings.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { toJson } from "../run/to-json.js";

export async function runTruthBench(settings: CompareMethodsSettings, run: Run): Promise<number> {
  if (settings.dataset !== "synthetic")
    throw new InputError("--set dataset", "synthetic: of photos no truth is known", settings.dataset);
  const progress = progressLine();
  const comparison = await runComparison(settings, run, progress);
  const { judged, failed, shown, weights, judges } = comparison;
  const rows = benchRows(judged, comparison);
  await run.write("table.csv", tableCsv(rows));
  await run.write("pareto.png", await figureToPng(paretoFigure(rows)));
  if (shown.length > 0) await run.write("albedos.png", await albedoSheet(shown));
  const faces = new Set(judged.filter(({ group }) => group !== "persons").map(({ id }) => id)).size;
  const better = betterThanPrior(judged);
  await run.write(
    "summary.json",
    toJson({
      experiment: run.experiment,
      run: run.name,
      weights,
      judges: judges.names,
      faces,
      rows,
      rankOne: ranksByMethod(comparison.identities),
      betterThanPrior: Object.fromEntries(better),
      skinTones: Object.fromEntries(skinTones(judged)),
      failed,
    }),
  );
  for (const { method, psnr, albedo, leakage, relitPsnr } of rows)
    progress.say(
      `${method}: picture ${psnr} dB; albedo ${albedo}, leakage ${leakage}, relit ${relitPsnr} dB`,
    );
  progress.say(run.folder);
  return 0;
}

export type BenchRow = ReturnType<typeof benchRows>[number];

/** Computes the means of each method, and how many faces are better than the prior, or known by a judge. */
export function benchRows(
  judged: readonly Judged[],
  { judges, identities }: Pick<Comparison, "judges" | "identities">,
) {
  const people = meansByMethod(judged, ({ group }) => group === "persons");
  const faces = meansByMethod(judged, isFace);
  const tones = skinTones(judged);
  const better = betterThanPrior(judged);
  return [...faces].map(([method, means]) => {
    const of = (terms: Terms | undefined, name: string, digits: number) =>
      Number((terms?.[name] ?? Number.NaN).toFixed(digits));
    const person = people.get(method);
    const ranks = rankOne(identities.get(method) ?? []);
    /** A column for each judge, as `swappedFaceres`. */
    const byJudge = (column: string, value: (judge: string) => number) =>
      Object.fromEntries(
        judges.names.map((judge) => [`${column}${judge[0].toUpperCase()}${judge.slice(1)}`, value(judge)]),
      );
    return {
      method: methodOf(method).label,
      psnr: of(means, "masked.psnr", 2),
      albedoRaw: of(means, "albedo.raw", 4),
      albedo: of(means, "albedo.scaled", 4),
      albedoChannels: of(means, "albedo.channels", 4),
      albedoComplete: of(means, "albedo.complete", 4),
      albedoInPicture: of(means, "albedo.inPicture", 4),
      shading: of(means, "shading", 3),
      leakage: of(means, "leakage", 3),
      brightnessSymmetry: of(means, "brightnessSymmetry", 4),
      itaError: tones.get(method)?.error ?? Number.NaN,
      itaBias: tones.get(method)?.bias ?? Number.NaN,
      albedoBetterThanPrior: better.get(method)?.whole[0] ?? Number.NaN,
      albedoSeenBetterThanPrior: better.get(method)?.seen[0] ?? Number.NaN,
      albedoInPictureBetterThanPrior: better.get(method)?.inPicture[0] ?? Number.NaN,
      albedoDetail: of(means, "albedoDetail.below4", 2),
      lightDetail: of(means, "lightDetail.below4", 2),
      ...byJudge("swapped", (judge) => of(means, `swapped.${judge}`, 3)),
      ...byJudge("rankOneSwapped", (judge) => ranks.swapped?.[judge] ?? Number.NaN),
      ...byJudge("rankOneLight", (judge) => ranks.light?.[judge] ?? Number.NaN),
      spreadOverLights: of(person, "spread", 4),
      relitPsnr: of(person, "relit.psnr", 2),
    };
  });
}

/**
 * Computes errors of the individual typology angle, in degrees, as TRUST does (H. Feng et al., 2022): the mean absolute
 * error of each group of skin tones, its mean over the groups (`error`) and its deviation between them (`bias`), which
 * tells whether some skin tones have larger errors than others.
 */
export function skinTones(judged: readonly Judged[]): ReadonlyMap<MethodName, SkinTones> {
  const known = judged.filter(({ figures }) => figures.trueIta !== undefined);
  const methods = new Set(known.map(({ method }) => method));
  return new Map([...methods].map((name) => [name, tonesOf(known.filter(({ method }) => method === name))]));
}

interface SkinTones {
  readonly error: number;
  readonly bias: number;
  readonly groups: readonly {
    readonly group: string;
    readonly faces: number;
    /** Mean signed error; positive if the method finds the skin too fair. */
    readonly signed: number;
    readonly absolute: number;
  }[];
}

function tonesOf(judged: readonly Judged[]): SkinTones {
  const groups = Object.keys(skinToneGroups).flatMap((group) => {
    const errors = judged
      .filter(({ figures }) => skinToneGroup(figures.trueIta) === group)
      .map(({ figures }) => figures.ita - figures.trueIta);
    if (errors.length === 0) return [];
    const [signed, absolute] = [mean(errors), mean(errors.map(Math.abs))];
    return [{ group, faces: errors.length, signed: rounded(signed), absolute: rounded(absolute) }];
  });
  const errors = groups.map(({ absolute }) => absolute);
  const error = mean(errors);
  const bias = Math.sqrt(mean(errors.map((value) => (value - error) ** 2)));
  return { error: rounded(error), bias: rounded(bias), groups };
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const rounded = (value: number) => Number(value.toFixed(1));

/**
 * Draws the methods as points: farther right the picture is nearer to the photo, farther down the albedo holds less
 * light. The best methods lie at the lower right.
 */
export function paretoFigure(rows: readonly BenchRow[]) {
  return {
    data: rows.map(({ method, psnr, leakage }) => ({
      type: "scatter",
      mode: "markers+text",
      x: [psnr],
      y: [Math.abs(leakage)],
      text: [method],
      textposition: "top center",
      cliponaxis: false,
      name: method,
    })),
    layout: {
      title: { text: "Fidelity of the picture against light in the albedo" },
      xaxis: { title: { text: "PSNR on the skin mask, dB" } },
      yaxis: { title: { text: "share of the light's contrast in the albedo" }, rangemode: "tozero" },
      showlegend: false,
      margin: { r: 110 },
      width: 820,
      height: 460,
    },
  };
}

async function albedoSheet(shown: readonly JudgedFace[]): Promise<Uint8Array> {
  const images = shown.flatMap(({ test, sample, faces }) => {
    const map = (data: Float32Array) => ({ width: sample.uvSize, height: sample.uvSize, data });
    return [
      { image: test.image, caption: "photo" },
      { image: map(Float32Array.from(sample.truth!, (byte) => byte / 255)), caption: "true albedo" },
      ...[...faces].map(([name, { albedo }]) => ({ image: map(albedo), caption: methodOf(name).label })),
    ];
  });
  const columns = images.length / shown.length;
  return (await imageStrip(images, { columns, width: 160 * columns })).png;
}
