/**
 * The order of an epoch that takes as many faces of each tone of skin: portraits of one country's parliament are mostly of
 * fair-skinned people. Photos and renderings are groups of their own.
 */
import { createRandom, type DetailSample, labFromSrgb, typologyAngle } from "rerenderable";
import { type SkinToneGroup, shuffled, skinToneGroup, skinToneGroups } from "rerenderable/base";
import type { DetailSamples } from "rerenderable/face";

/** By the mean of its prior albedo where it is seen. */
export function toneOf({ priorAlbedo, seen }: Pick<DetailSample, "priorAlbedo" | "seen">): SkinToneGroup {
  const sum = [0, 0, 0];
  let count = 0;
  for (let p = 0; p < seen.length; p++) {
    if (seen[p] === 0) continue;
    count++;
    for (let c = 0; c < 3; c++) sum[c] += priorAlbedo[3 * p + c];
  }
  const mean = sum.map((value) => value / Math.max(count, 1));
  return skinToneGroup(typologyAngle(labFromSrgb([mean[0], mean[1], mean[2]])));
}

/** A group with fewer faces would show each of them too often; it joins the one before it. */
const fewest = 12;

/** Numbers of the samples by kind and tone. Reads all samples once. */
export async function toneGroups(samples: DetailSamples): Promise<readonly (readonly number[])[]> {
  const tones = Object.keys(skinToneGroups) as SkinToneGroup[];
  const kinds = new Map<string, number[][]>();
  for (let i = 0; i < samples.size; i++) {
    const sample = await samples.read(i);
    const kind = sample.truth ? "rendering" : "photo";
    const groups = kinds.get(kind) ?? tones.map(() => []);
    kinds.set(kind, groups);
    groups[tones.indexOf(toneOf(sample))].push(i);
  }
  return [...kinds.values()].flatMap((groups) => {
    const joined: number[][] = [];
    for (const group of groups) {
      if (group.length >= fewest || joined.length === 0) joined.push([...group]);
      else joined[joined.length - 1].push(...group);
    }
    return joined.filter((group) => group.length > 0);
  });
}

/** As many of each group, in random order: of a large group some, of a small one all more than once. */
export function balancedOrder(groups: readonly (readonly number[])[]) {
  return (size: number, seed: number, epoch: number): readonly number[] => {
    const random = createRandom(seed).fork(`balanced epoch ${epoch}`);
    const each = Math.ceil(size / groups.length);
    const drawn = groups.flatMap((group, g) => {
      const own = random.fork(`group ${g}`);
      const rounds = Math.ceil(each / group.length);
      return Array.from({ length: rounds }, (_, i) => shuffled([...group], own.fork(`${i}`)))
        .flat()
        .slice(0, each);
    });
    return shuffled(drawn, random.fork("order")).slice(0, size);
  };
}
