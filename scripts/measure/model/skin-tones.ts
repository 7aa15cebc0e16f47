/** Measures which skin tones the albedo reaches, for sampled people and for the package's own skins. */
import { labFromSrgb, type MorphableModelData, sampleFace, typologyAngle } from "rerenderable";
import {
  colourDifference,
  multiplySparseDense,
  type SkinToneGroup,
  skinToneGroup,
  skinToneGroups,
} from "rerenderable/base";

export interface ToneFigures {
  readonly samples: number;
  /** Individual typology angle of the mean skin of forehead and cheeks, degrees. */
  readonly lightest: number;
  readonly darkest: number;
  /** Share of the samples in each group. */
  readonly shares: Readonly<Record<SkinToneGroup, number>>;
  /** The smallest coefficient of melanin, in its deviations, among the samples of each group: how far one must go. */
  readonly leastMelanin: Readonly<Record<SkinToneGroup, number>>;
}

/** @param mean positions of the drawn vertices, [N * 3] */
export function sampledTones(data: MorphableModelData, mean: Float32Array, samples = 1000): ToneFigures {
  const patch = patchColours(data, skinPatch(data, mean));
  const angles = Array.from({ length: samples }, (_, seed) => {
    const { albedo } = sampleFace(data, seed, { expression: false });
    const colour = patch.mean.map((value, k) =>
      albedo.reduce((sum, c, m) => sum + c * patch.modes[m][k], value),
    );
    return { angle: typologyAngle(labFromSrgb(colour)), melanin: Math.abs(albedo[0]) };
  });
  const groups = Object.keys(skinToneGroups) as SkinToneGroup[];
  const of = (group: SkinToneGroup) => angles.filter(({ angle }) => skinToneGroup(angle) === group);
  const record = (value: (group: SkinToneGroup) => number) =>
    Object.fromEntries(groups.map((group) => [group, value(group)])) as Record<SkinToneGroup, number>;
  return {
    samples,
    lightest: Math.max(...angles.map(({ angle }) => angle)),
    darkest: Math.min(...angles.map(({ angle }) => angle)),
    shares: record((group) => of(group).length / samples),
    leastMelanin: record((group) => Math.min(...of(group).map(({ melanin }) => melanin))),
  };
}

/** Skin of forehead and cheeks, by where it lies on the mean face (model frame); drawn vertices. */
function skinPatch({ triangles, skinTriangle }: MorphableModelData, mean: Float32Array): number[] {
  const skin = new Set(triangles.filter((_, i) => skinTriangle[Math.floor(i / 3)] === 1));
  return [...skin].filter((v) => {
    const [x, y, z] = [Math.abs(mean[3 * v]), mean[3 * v + 1], mean[3 * v + 2]];
    const cheek = x > 0.25 && x < 0.5 && y > -0.33 && y < -0.03;
    const forehead = x < 0.35 && y > 0.52 && y < 0.72;
    return z > -0.05 && (cheek || forehead);
  });
}

/** Mean colour over a patch of the mean albedo and of each mode. */
function patchColours(data: MorphableModelData, patch: readonly number[]) {
  const colour = (coarse: Float32Array) => {
    const fine = data.albedoSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), coarse);
    return [0, 1, 2].map((k) => patch.reduce((sum, v) => sum + fine[3 * v + k], 0) / patch.length);
  };
  const width = data.meanAlbedo.length;
  return {
    mean: colour(data.meanAlbedo),
    modes: Array.from({ length: data.albedoPrior.size }, (_, m) =>
      colour(data.albedoModes.subarray(m * width, (m + 1) * width)),
    ),
  };
}

/**
 * How close bounded coefficients come to a skin, as the mean CIEDE2000 over its vertices.
 * @param skin encoded sRGB, [M * 3], on the mesh of the albedo
 * @param vertices the vertices that count
 */
export function reproduceSkin(
  data: MorphableModelData,
  skin: ArrayLike<number>,
  vertices: readonly number[],
): number {
  const { size, lower, upper } = data.albedoPrior;
  const rows = vertices.flatMap((v) => [3 * v, 3 * v + 1, 3 * v + 2]);
  const width = data.meanAlbedo.length;
  const columns = Array.from({ length: size }, (_, m) =>
    Float64Array.from(rows, (i) => data.albedoModes[m * width + i]),
  );
  const residual = Float64Array.from(rows, (i) => skin[i] - data.meanAlbedo[i]);
  const squares = columns.map((column) => column.reduce((sum, value) => sum + value * value, 1e-9));
  const found = new Float64Array(size);
  // Solves least squares within bounds, one coefficient at a time (Gauss-Seidel), a method that allows bounds.
  for (let sweep = 0; sweep < 60; sweep++) {
    columns.forEach((column, m) => {
      const step = column.reduce((sum, value, i) => sum + value * residual[i], 0) / squares[m];
      const next = Math.min(Math.max(found[m] + step, lower[m]), upper[m]);
      const change = next - found[m];
      found[m] = next;
      if (change !== 0) for (let i = 0; i < column.length; i++) residual[i] -= change * column[i];
    });
  }
  const unit = (value: number) => Math.min(Math.max(value, 0), 1);
  const total = vertices.reduce((sum, _, j) => {
    const target = [0, 1, 2].map((k) => skin[rows[3 * j + k]]);
    const reached = target.map((value, k) => unit(value - residual[3 * j + k]));
    return sum + colourDifference(labFromSrgb(target), labFromSrgb(reached));
  }, 0);
  return total / vertices.length;
}
