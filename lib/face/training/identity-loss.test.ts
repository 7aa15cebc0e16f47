import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import {
  fixtureEmbedding,
  fixtureNetworks,
  fixtureSample,
  fixtureSizes,
} from "../../testing/detail-fixture.js";
import { identityLoss } from "./identity-loss.js";

describe("face/training/identity-loss (Eq. 5)", () => {
  before(() => prepareEngine("wasm"));

  it("looks at the skin of the mask alone: what lies before or beside it is the photo's own", async () => {
    const networks = await fixtureNetworks();
    const whole = await fixtureSample(1);
    const { size } = fixtureSizes;
    // Hair over the upper half.
    const sample = { ...whole, mask: whole.mask.map((value, p) => (p < (size * size) / 2 ? 0 : value)) };
    const identity = identityLoss(fixtureEmbedding, networks.recognition);
    const drawn = tf.fill([1, size, size, 3], 0.3) as tf.Tensor4D;
    const before = tf.memory().numTensors;
    const { loss, gradient } = await identity.compare(drawn, [sample]);
    const slopes = await gradient.data<"float32">();
    assert.ok(loss > 0);
    let inside = 0;
    for (let i = 0; i < slopes.length; i++) {
      if (sample.mask[Math.floor(i / 3)] === 1) inside += Math.abs(slopes[i]);
      else assert.ok(slopes[i] === 0);
    }
    assert.ok(inside > 0);
    gradient.dispose();
    assert.equal(tf.memory().numTensors, before);
    // With the photo's own pixels there is nothing to say.
    const photo = tf.tensor4d(
      Float32Array.from(sample.image, (v) => v / 255),
      [1, size, size, 3],
    );
    const same = await identity.compare(photo, [sample]);
    assert.ok(Math.abs(same.loss) < 1e-4, `${same.loss}`);
    tf.dispose([drawn, photo, same.gradient]);
    for (const network of Object.values(networks)) await network.dispose();
  });
});
