import assert from "node:assert/strict";
import { inspectDetail, prepareEngine } from "rerenderable";
import { fixtureSample } from "rerenderable/testing";
import { inspectSplit, openTestedRefiner } from "./tested-refiner.js";

describe("experiments: rules in place of a refiner", () => {
  before(() => prepareEngine("wasm"));

  it("are the first guess of a network that says nothing, to the bit", async () => {
    const sample = await fixtureSample(1);
    const none = await openTestedRefiner("none", sample.uvSize);
    assert.equal(none.trained, undefined);
    const map = (channels: number, value: number) => ({
      shape: [1, sample.uvSize, sample.uvSize, channels],
      values: new Float32Array(sample.uvSize ** 2 * channels).fill(value),
    });
    const network = { predict: async () => ({ albedo: map(3, 0.5), light: map(27, 0) }) };
    const guess = await inspectDetail(network, sample, "texture");
    const found = await none.inspect(sample);
    assert.deepEqual(found.maps.detailed, guess.maps.detailed);
    assert.deepEqual(found.lightMap, guess.lightMap);
    assert.deepEqual(found.pictures, guess.pictures);
  });

  it("bring the albedo nearer to the photo, the more of the detail it is given", async () => {
    const sample = await fixtureSample(2);
    const distance = async (share: number) => {
      const { maps, pictures } = await inspectSplit(sample, { share });
      assert.ok(pictures.detailed.data.every(Number.isFinite));
      return maps.detailed.data.reduce((sum, value, i) => sum + Math.abs(value - maps.prior.data[i]), 0);
    };
    const [nothing, half, all] = [await distance(0), await distance(0.5), await distance(1)];
    assert.ok(nothing < half && half < all, `${nothing} ${half} ${all}`);
  });

  it("move the albedo farthest from the prior with `all-detail`, which leaves the light nothing that is fine", async () => {
    const sample = await fixtureSample(2);
    const moved = async (rule: string) => {
      const { inspect } = await openTestedRefiner(rule, sample.uvSize);
      const { maps } = await inspect(sample);
      return maps.detailed.data.reduce((sum, value, i) => sum + Math.abs(value - maps.prior.data[i]), 0);
    };
    const [none, all] = [await moved("none"), await moved("all-detail")];
    assert.ok(all > none, `${all}, ${none}`);
  });
});
