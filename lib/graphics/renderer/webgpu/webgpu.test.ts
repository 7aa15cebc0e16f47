/** What the renderer's shaders compute, beside the loops of `cpu`: values and gradients. */
import assert from "node:assert/strict";
import { prepareEngine } from "../../../base/engine/prepare-engine.js";
import { relativeDifference, valuesOn } from "../../../testing/compare-backends.js";
import { describeOnEngine } from "../../../testing/describe-on-engine.js";
import {
  type Case,
  casesOf,
  casesWithoutPicture,
  everything,
  findFragments,
} from "../../../testing/operation-cases.js";

/** @returns the largest difference of each output and gradient, relative to its largest number */
async function differences(one: Case): Promise<number[]> {
  const expected = await valuesOn("cpu", () => everything(one));
  const actual = await valuesOn("webgpu", () => everything(one));
  return expected.map((values, i) => relativeDifference(values, actual[i]));
}

await describeOnEngine("webgpu", "the renderer on webgpu", () => {
  before(async () => {
    await findFragments();
    await prepareEngine("webgpu");
  });

  const all = { ...casesWithoutPicture };
  for (const batch of [1, 2]) {
    for (const [title, one] of Object.entries(casesOf(batch))) all[`${title}; batch ${batch}`] = one;
  }
  for (const [title, one] of Object.entries(all)) {
    it(`has the value and the gradients of cpu: ${title}`, async () => {
      const found = await differences(one);
      assert.ok(
        found.every((difference) => difference <= 1e-4),
        `${found}`,
      );
    });
  }
});
