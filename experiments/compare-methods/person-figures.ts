/**
 * Figures that need pictures of one person under many lights: whether the albedo stays the same, and whether it can be
 * lit again.
 */
import { albedoError } from "rerenderable";
import { albedoSpread, paintFace } from "rerenderable/face";
import { groupSizes } from "../../datasets/synthetic/scene/subsets.js";
import type { Judged, JudgedFace } from "./judged.js";
import { maskOf } from "./method-figures.js";
import type { TestFace } from "./test-faces.js";

/** Which person of `same-face-many-lights` a test face is; none of other subsets. */
export function personOf({ group, id }: Pick<TestFace, "group" | "id">): number | undefined {
  if (group !== "same-face-many-lights") return undefined;
  return Math.floor(Number(id.split("/").pop()) / groupSizes.lights);
}

/** A face is lit again with the lights of the pictures that stand so many places on in the ring. */
const relights = [1, 5, 11] as const;

/**
 * Figures by method: `spread` of the albedo over lights (`albedoSpread`), and `relit.psnr`, which compares the albedo
 * found in one picture, under the true light of another, with that other picture.
 */
export async function judgePerson(person: readonly JudgedFace[], skin: Float32Array): Promise<Judged[]> {
  const { id } = person[0].test;
  const judged: Judged[] = [];
  for (const method of person[0].faces.keys()) {
    const albedos = person.map(({ faces }) => faces.get(method)!.albedo);
    const figures = {
      spread: albedoSpread(
        albedos,
        person.map(({ sample }) => sample.seen),
        skin,
      ),
      "relit.psnr": await relitPsnr(person, albedos),
    };
    judged.push({ id: `${id}…`, group: "persons", method, figures });
  }
  return judged;
}

/** Mean over pictures, dB on `M_face`, after a factor for each colour, because no picture tells how bright the albedo is. */
async function relitPsnr(person: readonly JudgedFace[], albedos: readonly Float32Array[]): Promise<number> {
  const values: number[] = [];
  for (const [i, albedo] of albedos.entries()) {
    for (const ahead of relights) {
      if (ahead >= person.length) continue;
      const { sample, test } = person[(i + ahead) % person.length];
      const relit = await paintFace(sample.surface, sample.uvSize, albedo, test.truth!.light);
      const error = albedoError(relit.data, test.image.data, maskOf(sample).data).scaled;
      values.push(-20 * Math.log10(error));
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
