import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { initialParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import type { NetworkArrays } from "../../networks/trainable-network.js";
import { randomArrays } from "../../testing/compare-engines.js";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { numberOf } from "../../testing/map-fixture.js";
import { patchDiscriminator } from "../models/patch-discriminator.js";
import { adversarialLosses, discriminatorLoss, generatorLoss } from "./adversarial.js";

const logitOf = (probability: number) => Math.log(probability / (1 - probability));
const patches = (...probabilities: number[]) =>
  tf.tensor4d(probabilities.map(logitOf), [1, 1, probabilities.length, 1]);

describeOnEachEngine("adversarial loss", () => {
  it("of the discriminator is −E log(1 − D(A_detail)) − E log D(A_prior), Eq. 11", () => {
    tf.tidy(() => {
      const value = numberOf(discriminatorLoss(patches(0.2, 0.5), patches(0.9)));
      assertClose([value], [-(Math.log(0.8) + Math.log(0.5)) / 2 - Math.log(0.9)]);
    });
  });

  it("of the generator is −E log D(A_detail), Eq. 12", () => {
    tf.tidy(() => {
      const value = numberOf(generatorLoss(patches(0.2, 0.5)));
      assertClose([value], [-(Math.log(0.2) + Math.log(0.5)) / 2]);
      const minimax = numberOf(generatorLoss(patches(0.2, 0.5), adversarialLosses.saturating));
      assertClose([minimax], [(Math.log(0.8) + Math.log(0.5)) / 2]);
      const squares = numberOf(generatorLoss(tf.tensor([0.25, 2]), adversarialLosses.leastSquares));
      assertClose([squares], [(0.75 ** 2 + 1) / 2]);
    });
  });

  it("pulls the generator's logits up where the discriminator is sure, which the minimax game does not", () => {
    tf.tidy(() => {
      const slope = (loss: (x: tf.Tensor) => tf.Scalar) =>
        tf
          .grad(loss)(tf.tensor([-20]))
          .dataSync()[0];
      assertClose([slope((x) => generatorLoss(x))], [-1]);
      assertClose([slope((x) => generatorLoss(x, adversarialLosses.saturating))], [0], 1e-6);
    });
  });

  it("is finite, with its gradient, for any logits", () => {
    tf.tidy(() => {
      for (const [name, { real, fake, generator }] of Object.entries(adversarialLosses)) {
        for (const loss of [real, fake, generator]) {
          const { value, grad } = tf.valueAndGrad(loss)(tf.tensor([-200, -30, 0, 30, 200]));
          assert.ok([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite), name);
        }
      }
      assertClose([numberOf(generatorLoss(tf.tensor([-200])))], [200]);
    });
  });

  it("at logits of 0, where nothing is known, is log 2 a term", () => {
    tf.tidy(() => {
      const none = tf.zeros([2, 3, 3, 1]);
      assertClose(
        [numberOf(generatorLoss(none)), numberOf(discriminatorLoss(none, none))],
        [Math.log(2), Math.log(4)],
      );
    });
  });

  it("teaches a discriminator in three acts: forward, loss of its logits, backward and update", async () => {
    const network = patchDiscriminator({ uvSize: 16, baseChannels: 4 });
    const inputShapes = fixedInputShapes(network, 2);
    const parameters = initialParameters(parameterSpecs(network, inputShapes), 3, "he");
    const discriminator = await createTfjsNetwork({ network, inputShapes, parameters });
    const { real, fake } = adversarialLosses.nonSaturating;
    const [smooth, rough] = [1, 2].map((seed) => randomArrays({ albedo: [2, 16, 16, 3] }, seed));
    const learn = async (albedos: NetworkArrays, loss: (logits: tf.Tensor) => tf.Scalar) => {
      const { shape, values } = (await discriminator.forward(albedos)).logits;
      const [value, slope] = tf.tidy(() => {
        const { value, grad } = tf.valueAndGrad(loss)(tf.tensor(values, [...shape]));
        return [numberOf(value), Float32Array.from(grad.dataSync())] as const;
      });
      await discriminator.backward({ logits: { shape, values: slope } });
      return value;
    };
    const losses: number[] = [];
    for (let step = 0; step < 12; step++) {
      losses.push((await learn(smooth, real)) + (await learn(rough, fake)));
      await discriminator.update(1e-2);
    }
    await discriminator.dispose();
    assert.ok(losses.at(-1)! < 0.7 * losses[0], `${losses}`);
  });
});
