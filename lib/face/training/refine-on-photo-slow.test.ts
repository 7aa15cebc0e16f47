import assert from "node:assert/strict";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { fixtureNetworks, fixtureSample, fixtureSizes } from "../../testing/detail-fixture.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { detailMetrics, inspectDetail, lightDetail } from "../detail/inspect-detail.js";
import { paperWeights } from "../losses/loss-weights.js";
import { refineOnPhoto } from "./refine-on-photo.js";

const { uvSize } = fixtureSizes;
const uvMask = new Float32Array(uvSize * uvSize).fill(1);
const losses = {
  set: "paper",
  weights: { ...paperWeights, image: 50 },
  adversarial: "nonSaturating",
  openings: false,
  edgeAware: false,
} as const;
const options = { learningRate: 1e-3, losses, uvMask };

for (const [base, refiner] of [
  ["prior", "paper"],
  ["bands", "deciding"],
] as const)
  describe(`face/training/refine-on-photo, ${base}`, () => {
    let networks: Awaited<ReturnType<typeof fixtureNetworks>>;
    let sample: DetailSample;
    before(async () => {
      await prepareEngine("wasm");
      networks = await fixtureNetworks(undefined, refiner);
      sample = await fixtureSample(1);
    });
    after(async () => {
      for (const network of Object.values(networks)) await network.dispose();
    });
    const face = () => inspectDetail(networks.generator, sample, base);
    const psnr = async () => detailMetrics(await face(), sample, uvMask)["detailed.psnr"];

    it("comes nearer to the photo, and leaves the refiner as it was", async () => {
      const refiner = { network: networks.generator, base } as const;
      const weights = await networks.generator.parameters();
      const before = await psnr();
      const totals: number[] = [];
      const onStep = (_: number, total: number) => totals.push(total);
      const refined = await refineOnPhoto(refiner, sample, { ...options, steps: 60, onStep }, psnr);
      assert.ok(refined > before + 1, `${before} to ${refined} dB`);
      assert.equal(totals.length, 60);
      assert.ok(totals[59] < totals[0]);
      assert.deepEqual(await networks.generator.parameters(), weights);
      assert.equal(await psnr(), before);
      // The same steps give the same face.
      assert.equal(await refineOnPhoto(refiner, sample, { ...options, steps: 60 }, psnr), refined);
    });

    it("of no steps is the refiner itself, and puts it back where the use fails", async () => {
      const refiner = { network: networks.generator, base } as const;
      const before = await psnr();
      assert.equal(await refineOnPhoto(refiner, sample, { ...options, steps: 0 }, psnr), before);
      const failing = refineOnPhoto(refiner, sample, { ...options, steps: 2 }, async () => {
        throw new Error("no");
      });
      await assert.rejects(failing, /no/);
      assert.equal(await psnr(), before);
    });

    it("lights a face by its own map as its picture is, and by another's map as that one says", async () => {
      const { pictures, maps, lightMap } = await face();
      const own = await lightDetail(sample, maps.detailed.data, lightMap);
      assert.deepEqual(own.data, pictures.detailed.data);
      const twice = await lightDetail(
        sample,
        maps.detailed.data,
        lightMap.map((value) => 2 * value),
      );
      const worst = twice.data.reduce((most, v, i) => Math.max(most, Math.abs(v - 2 * own.data[i])), 0);
      assert.ok(worst < 1e-5, `${worst}`);
    });
  });
