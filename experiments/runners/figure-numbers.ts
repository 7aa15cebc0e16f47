/** What can be counted of what a figure shows. */
import {
  cosineSimilarity,
  layOver,
  lightDetail,
  loadFaceEmbedding,
  openFaceEmbedder,
  shadingAt,
} from "rerenderable";
import type { FigureFace } from "./figure-columns.js";
import { judgeNames } from "./identity-judges.js";

export type FigureNumbers = Readonly<Record<string, number>>;

/** A name, and how it is counted over all faces. */
export const figureNumbers = {
  /** Cosines of the face under its own light and under the next face's. */
  "swapped-identity": swappedIdentity,
  /** How far the shading maps of the faces lie apart, over their size: the same light should give the same maps. */
  "light-agreement": lightAgreement,
  /** Energy of neighbours' differences over texels that are seen, of `A′` over that of the truth, or of the texture. */
  "gradient-energy": gradientEnergy,
} as const satisfies Record<string, (faces: readonly FigureFace[]) => Promise<FigureNumbers>>;

export type NumberName = keyof typeof figureNumbers;
export const numberNames = Object.keys(figureNumbers) as [NumberName, ...NumberName[]];

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function swappedIdentity(faces: readonly FigureFace[]): Promise<FigureNumbers> {
  const numbers: Record<string, number> = {};
  for (const name of judgeNames) {
    const judge = await openFaceEmbedder(await loadFaceEmbedding(name));
    const cosines: number[] = [];
    for (const { test, sample, face, next } of faces) {
      const swapped = await lightDetail(sample, face.maps.detailed.data, next().face.lightMap);
      const [own, other] = [face.pictures.detailed, swapped].map((picture) =>
        judge.embed(layOver(test.image, picture, sample), test.points),
      );
      cosines.push(cosineSimilarity(await own!, await other!));
    }
    numbers[name] = average(cosines);
    await judge.dispose();
  }
  return numbers;
}

/** The shading that a normal to the viewer gets at each texel, as what is compared must not depend on pose or expression. */
async function lightAgreement(faces: readonly FigureFace[]): Promise<FigureNumbers> {
  const maps = faces.map(({ face, sample }) => {
    const grey = new Float32Array(sample.uvSize ** 2);
    for (let t = 0; t < grey.length; t++) {
      const [r, g, b] = shadingAt(Array.from(face.lightMap.subarray(27 * t, 27 * t + 27)), [0, 0, 1]);
      grey[t] = (r + g + b) / 3;
    }
    return grey;
  });
  const seen = faces.map(({ sample }) => sample.seen);
  const texels = Array.from(seen[0]!.keys()).filter((t) => seen.every((map) => map[t] === 1));
  const variance = average(
    texels.map((t) => {
      const values = maps.map((map) => map[t]!);
      const mean = average(values);
      return average(values.map((value) => (value - mean) ** 2));
    }),
  );
  const size = Math.sqrt(average(texels.flatMap((t) => maps.map((map) => map[t]! ** 2))));
  return { deviation: Math.sqrt(variance) / size };
}

async function gradientEnergy(faces: readonly FigureFace[]): Promise<FigureNumbers> {
  const ratios = faces.map(({ face, sample }) => {
    const { detailed, prior, truth, texture } = face.maps;
    const energy = ({ data }: { readonly data: Float32Array }) =>
      differences(data, sample.seen, sample.uvSize);
    const reference = energy(truth ?? texture);
    return { albedo: energy(detailed) / reference, prior: energy(prior) / reference };
  });
  return {
    albedo: average(ratios.map(({ albedo }) => albedo)),
    prior: average(ratios.map(({ prior }) => prior)),
  };
}

/** Mean square over neighbours that are both seen. */
function differences(map: Float32Array, seen: Uint8Array, side: number): number {
  let [sum, count] = [0, 0];
  for (let t = 0; t < side * side; t++) {
    for (const step of [1, side]) {
      const other = t + step;
      if (step === 1 && other % side === 0) continue;
      if (other >= side * side || seen[t] === 0 || seen[other] === 0) continue;
      for (let c = 0; c < 3; c++) sum += (map[3 * t + c]! - map[3 * other + c]!) ** 2;
      count += 3;
    }
  }
  return sum / Math.max(count, 1);
}
