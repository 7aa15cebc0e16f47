/** For tests: small networks of the families that embed and parse faces, written as PyTorch writes them. */
import { PyTorchGraph } from "./pytorch-graph.js";

/** A ResNet of improved blocks with squeeze and excitation; 16 x 16 pixels to unit vectors of 6. */
export function irSe(): Uint8Array {
  const g = new PyTorchGraph();
  const image = g.graph.input("input", ["batch", 3, 16, 16]);
  let x = g.prelu(g.norm(g.conv(image, 3, 4, { kernel: 3 }), 4), 4);
  for (const [channels, filters, stride] of [
    [4, 4, 2],
    [4, 8, 2],
  ] as const) {
    const inner = g.prelu(g.conv(g.norm(x, channels), channels, filters, { kernel: 3 }), filters);
    const features = g.norm(g.conv(inner, filters, filters, { kernel: 3, stride }), filters);
    const squeezed = g.conv(g.op("GlobalAveragePool", [features]), filters, 2);
    const gate = g.op("Sigmoid", [g.conv(g.op("Relu", [squeezed]), 2, filters)]);
    const excited = g.op("Mul", [features, gate]);
    const pool = { ceil_mode: 0, kernel_shape: [1, 1], strides: [stride, stride] };
    const shortcut =
      channels === filters
        ? g.op("MaxPool", [x], pool)
        : g.norm(g.conv(x, channels, filters, { stride, padding: 0 }), filters);
    x = g.op("Add", [excited, shortcut]);
  }
  const flat = g.flatten(g.op("Dropout", [g.norm(x, 8)]));
  const embedding = g.norm(g.linear(flat, 8 * 4 * 4, 6), 6);
  const unit = g.op("Div", [embedding, g.op("ReduceL2", [embedding], { axes: [1], keepdims: 1 })]);
  g.graph.output(unit, ["batch", 6], "output");
  return g.encode();
}

/** Max-feature-maps of grey images, with features and classes as outputs. */
export function lightCnn(): Uint8Array {
  const g = new PyTorchGraph();
  const image = g.graph.input("input", ["batch", 1, 18, 16]);
  const mfm = (x: string, channels: number, filters: number, kernel: number) =>
    g.maxFeatureMap(g.conv(x, channels, 2 * filters, { kernel, bias: true }), filters);
  const pooling = { ceil_mode: 1, kernel_shape: [2, 2], strides: [2, 2] };
  let x = g.op("MaxPool", [mfm(image, 1, 4, 5)], pooling); // 9 x 8
  x = g.op("Add", [mfm(mfm(x, 4, 4, 3), 4, 4, 3), x]);
  x = g.op("MaxPool", [mfm(mfm(x, 4, 4, 1), 4, 6, 3)], pooling); // 5 x 4, as ceil_mode says
  const average = { ceil_mode: 1, count_include_pad: 0, kernel_shape: [2, 2], strides: [2, 2] };
  x = g.op("Add", [g.op("MaxPool", [x], pooling), g.op("AveragePool", [x], average)]); // 3 x 2
  const features = g.maxFeatureMap(g.linear(g.op("Flatten", [x], { axis: 1 }), 6 * 3 * 2, 10), 5);
  g.graph.output(features, ["batch", 5], "features");
  g.graph.output(g.linear(g.op("Dropout", [features]), 5, 3), ["batch", 3], "classes");
  return g.encode();
}

/** Depthwise convolutions on pixels of 0 to 255; the file itself prepares them. */
export function mobileFace(): Uint8Array {
  const g = new PyTorchGraph();
  const image = g.graph.input("input", ["batch", 3, 14, 14]);
  const block = (x: string, from: number, to: number, inner: number, stride: number) => {
    const wide = g.prelu(g.norm(g.conv(x, from, inner), inner), inner);
    const each = g.conv(wide, inner, inner, { kernel: 3, stride, group: inner });
    return g.norm(g.conv(g.prelu(g.norm(each, inner), inner), inner, to), to);
  };
  const centred = g.op("Sub", [image, g.graph.floats(0.5)]);
  const prepared = g.op("Div", [centred, g.weights("std", [1, 3, 1, 1], 0.05, 0.5)]);
  let x = g.prelu(g.norm(g.conv(prepared, 3, 4, { kernel: 3, stride: 2 }), 4), 4);
  x = block(x, 4, 6, 8, 2);
  x = g.op("Add", [x, block(x, 6, 6, 8, 1)]);
  x = g.norm(g.conv(x, 6, 6, { kernel: 4, padding: 0, group: 6 }), 6);
  const flat = g.op("Squeeze", [g.op("Squeeze", [x, g.graph.integers([3])]), g.graph.integers([2])]);
  const product = g.op("MatMul", [flat, g.weights("linear.weight", [6, 5])]);
  g.graph.output(g.normalise(g.norm(product, 5)), ["batch", 5], "output");
  return g.encode();
}

/** Attention refinement, feature fusion and two ways of resizing. */
export function biSeNet(): Uint8Array {
  const g = new PyTorchGraph();
  const image = g.graph.input("input", ["batch", 3, 24, 20]);
  const block = (x: string, from: number, to: number, stride: number) =>
    g.op("Relu", [g.norm(g.conv(x, from, to, { kernel: 3, stride }), to)]);
  const f8 = block(image, 3, 4, 2);
  const f16 = block(f8, 4, 6, 2);
  const f32 = block(f16, 6, 8, 2); // 3 x 3
  const refine = (x: string, from: number) => {
    const features = block(x, from, 4, 1);
    const pooled = g.op("ReduceMean", [features], { axes: [2, 3], keepdims: 1 });
    return g.op("Mul", [features, g.op("Sigmoid", [g.norm(g.conv(pooled, 4, 4), 4)])]);
  };
  const nearest = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  const window = { kernel_shape: [3, 3], strides: [3, 3], pads: [0, 0, 0, 0] };
  const global = g.op("Relu", [g.conv(g.op("AveragePool", [f32], window), 8, 4)]);
  const context32 = g.op("Add", [refine(f32, 8), g.interpolate(global, f32, nearest)]);
  const context16 = g.op("Add", [refine(f16, 6), block(g.interpolate(context32, f16, nearest), 4, 4, 1)]);
  const context8 = block(g.interpolate(context16, f8, nearest), 4, 4, 1);
  const fused = block(g.op("Concat", [f8, context8], { axis: 1 }), 8, 6, 1);
  const attention = g.op("Sigmoid", [g.conv(g.op("GlobalAveragePool", [fused]), 6, 6)]);
  const sum = g.op("Add", [g.op("Mul", [fused, attention]), fused]);
  const linear = { mode: "linear", coordinate_transformation_mode: "align_corners" };
  const classes = g.interpolate(g.conv(sum, 6, 5), image, linear);
  g.graph.output(classes, ["batch", 5, 24, 20], "output");
  return g.encode();
}

/** Operators that the families leave out, all in one network. */
export function mixture(): Uint8Array {
  const g = new PyTorchGraph();
  const { graph } = g;
  const image = graph.input("input", ["batch", 3, 9, 8]);
  const swapped = g.op("Gather", [image, graph.integers([2, 1, 0])], { axis: 1 });
  const padded = g.op("Pad", [swapped, graph.integers([0, 0, 1, 0, 0, 0, 0, 2])], { mode: "constant" });
  const relu6 = g.op("Clip", [g.conv(padded, 3, 8, { kernel: 3 }), graph.floats(0), graph.floats(0.6)]);
  const up = g.weights("up.weight", [8, 4, 3, 3]);
  const strided = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] };
  const tall = g.op("ConvTranspose", [g.op("HardSwish", [relu6]), up], strided); // 20 x 20
  const scale = g.weights("in.weight", [4], 0.1, 1);
  const instance = g.op("InstanceNormalization", [tall, scale, g.weights("in.bias", [4])]);
  const leaky = g.op("LeakyRelu", [instance], { alpha: { float: 0.1 } });
  const pooling = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 };
  const small = g.op("AveragePool", [leaky], pooling); // 10 x 10
  const scales = graph.floats([1, 1, 1.5, 2]);
  const half = { mode: "linear", coordinate_transformation_mode: "half_pixel" };
  const resized = g.op("Resize", [small, "", scales], half); // 15 x 20
  const turned = g.op("Transpose", [resized], { perm: [0, 2, 3, 1] });
  const shares = g.op("Softmax", [turned], { axis: 3 });
  const back = g.op("Transpose", [shares], { perm: [0, 3, 1, 2] });
  const slice = g.op("Slice", [back, ...[1, 3, 1].map((i) => graph.integers([i]))]);
  const low = g.op("Min", [slice, g.op("Neg", [slice])]);
  const minus = g.op("Sub", [graph.floats(1), low]);
  graph.output(g.op("Tanh", [minus]), ["batch", 2, 15, 20], "shares");
  const joined = g.op("Reshape", [relu6, graph.integers([0, 8, -1])]);
  const mean = g.op("ReduceMean", [joined], { axes: [2], keepdims: 0 });
  const squares = g.op("ReduceSum", [g.op("Pow", [mean, graph.floats(2)]), graph.integers([1])], {
    keepdims: 1,
  });
  graph.output(g.op("Div", [mean, g.op("Sqrt", [squares])]), ["batch", 8], "mean");
  return g.encode();
}
