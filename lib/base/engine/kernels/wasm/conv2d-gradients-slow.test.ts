import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { differenceOfBackends, normalTensor } from "../../../../testing/compare-backends.js";
import { checkGradient } from "../../../../testing/finite-differences.js";
import { prepareEngine } from "../../prepare-engine.js";
import { fewPixels } from "./conv2d-few-pixels.js";

type Padding = "same" | "valid" | [[number, number], [number, number], [number, number], [number, number]];

interface Case {
  readonly name: string;
  readonly image: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: [number, number];
  readonly pad: Padding;
}

const explicit: Padding = [
  [0, 0],
  [2, 1],
  [0, 3],
  [0, 0],
];

/** Every kernel size with every stride and padding, on odd and even sizes, and with few and many channels. */
function* cases(): Generator<Case> {
  for (const k of [1, 3, 4, 7]) {
    for (const stride of [1, 2]) {
      for (const pad of ["same", "valid", explicit] as const) {
        for (const [batch, height, width] of [
          [1, 9, 8],
          [3, 8, 11],
        ] as const) {
          for (const [inChannels, outChannels] of [
            [3, 5], // by phases
            [2, 100], // dy has fewer pixels than channels, mostly
          ] as const) {
            const name = `${batch}x${height}x${width}, ${k}x${k}, stride ${stride}, ${pad}, ${outChannels} out`;
            const image: Case["image"] = [batch, height, width, inChannels];
            const filter: Case["filter"] = [k, k, inChannels, outChannels];
            yield { name, image, filter, strides: [stride, stride], pad };
          }
        }
      }
    }
  }
  const odd = { image: [2, 13, 6, 9] as Case["image"], pad: "same" as const };
  yield { ...odd, name: "unequal filter and strides", filter: [2, 5, 9, 3], strides: [3, 1] };
  yield { ...odd, name: "a filter smaller than its stride", filter: [2, 1, 9, 3], strides: [3, 2] };
  yield { ...odd, name: "a filter larger than the image", filter: [5, 9, 9, 3], strides: [2, 2] };
  const wide = { image: [1, 40, 70, 2] as Case["image"], pad: "same" as const };
  yield { ...wide, name: "rows long enough for copyWithin", filter: [3, 3, 2, 4], strides: [1, 1] };
  yield { ...wide, name: "several bands", image: [2, 64, 64, 70], filter: [3, 3, 70, 4], strides: [1, 1] };
}

function bothGradients({ image, filter, strides, pad }: Case): tf.Tensor[] {
  const x = normalTensor<tf.Rank.R4>(image, "image");
  const w = normalTensor<tf.Rank.R4>(filter, "filter");
  const { outShape } = tf.backend_util.computeConv2DInfo(image, filter, strides, 1, pad);
  const dy = normalTensor<tf.Rank.R4>(outShape, "dy");
  return tf.grads((a: tf.Tensor, b: tf.Tensor) =>
    tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad),
  )([x, w], dy);
}

describe("convolution gradients on wasm", () => {
  it("agree with the cpu backend for every kernel size, stride, padding, batch and channel count", async () => {
    for (const one of cases()) {
      const difference = await differenceOfBackends(() => bothGradients(one));
      assert.ok(difference <= 2e-5, `${one.name}: ${difference}`);
    }
  });

  it("take both ways to the input, by phases and by few pixels, in these cases", () => {
    const ways = [...cases()].map(({ image, filter, strides, pad }) =>
      fewPixels(tf.backend_util.computeConv2DInfo(image, filter, strides, 1, pad)),
    );
    assert.ok(ways.includes(true) && ways.includes(false));
  });

  it("agree with central differences", async () => {
    await prepareEngine("wasm");
    const [image, filter] = [normalTensor<tf.Rank.R4>([2, 6, 5, 3]), normalTensor<tf.Rank.R4>([4, 4, 3, 2])];
    const f = (x: tf.Tensor, w: tf.Tensor) =>
      tf
        .conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same")
        .square()
        .mean();
    assert.ok((await checkGradient(f, [image, filter], { step: 0.1 })) < 1e-3);
    tf.dispose([image, filter]);
  });

  it("agree with central differences for a transposed convolution, with odd output sizes", async () => {
    await prepareEngine("wasm");
    const [image, filter] = [normalTensor<tf.Rank.R4>([2, 4, 3, 3]), normalTensor<tf.Rank.R4>([4, 4, 2, 3])];
    const f = (x: tf.Tensor, w: tf.Tensor) =>
      tf
        .conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 7, 6, 2], 2, "same")
        .square()
        .mean();
    assert.ok((await checkGradient(f, [image, filter], { step: 0.1 })) < 1e-3);
    tf.dispose([image, filter]);
  });

  it("are zero where a 1x1 filter with stride 2 reaches no pixel", async () => {
    await prepareEngine("wasm");
    const gradient = tf.tidy(() => {
      const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
      return tf.grad((x) => tf.conv2d(x as tf.Tensor4D, filter, 2, "valid"))(tf.ones([1, 3, 3, 1]));
    });
    assert.deepEqual([...gradient.dataSync()], [1, 0, 1, 0, 0, 0, 1, 0, 1]);
    gradient.dispose();
  });

  it("accept tensors that were made on another backend", async () => {
    await prepareEngine("cpu");
    const x = normalTensor<tf.Rank.R4>([1, 6, 6, 2]);
    await prepareEngine("wasm");
    const gradient = tf.grad((w) => tf.conv2d(x, w as tf.Tensor4D, 1, "valid"))(tf.ones([6, 6, 2, 1]));
    assert.deepEqual([...gradient.dataSync()], [...x.dataSync()]);
    tf.dispose([x, gradient]);
  });

  it("refuse images with channels first and dilated filters in one clear line", async () => {
    await prepareEngine("wasm");
    const [x, w] = [tf.ones([1, 2, 4, 4]), tf.ones([1, 1, 2, 2])];
    const attributes = { strides: 1, pad: "valid" };
    const run = (more: tf.NamedAttrMap) => () =>
      tf.engine().runKernel("Conv2DBackpropFilter", { x, dy: x }, { ...attributes, ...more });
    const filterShape = w.shape;
    assert.throws(
      run({ dataFormat: "NCHW", filterShape }),
      /^Error: Conv2DBackpropFilter: `dataFormat` should be "NHWC" \(channels last\) but is "NCHW"\.$/,
    );
    assert.throws(
      run({ dilations: 2, filterShape }),
      /^Error: Conv2DBackpropFilter: `dilations` should be 1 but is \[2\]\.$/,
    );
    tf.dispose([x, w]);
  });
});
