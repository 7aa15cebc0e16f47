import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { uniformTensor } from "../../testing/every-loss.js";
import { mirrorMap } from "./mirror-map.js";

describeOnEachEngine("mirroring a map", () => {
  it("turns each row around, channels as they are, as does its gradient; twice it is the map again", () => {
    tf.tidy(() => {
      for (const width of [4, 5]) {
        const map = uniformTensor<tf.Rank.R4>([2, 3, width, 3], 1);
        const mirrored = tf.reverse(map, 2).dataSync();
        assertClose(mirrorMap(map).dataSync(), mirrored, 0);
        assertClose(mirrorMap(mirrorMap(map)).dataSync(), map.dataSync(), 0);
        const other = uniformTensor<tf.Rank.R4>([2, 3, width, 3], 2);
        const slope = tf.grad((x) => tf.sum(tf.mul(mirrorMap(x as tf.Tensor4D), map)))(other);
        assertClose(slope.dataSync(), mirrored, 0);
      }
    });
  });
});
