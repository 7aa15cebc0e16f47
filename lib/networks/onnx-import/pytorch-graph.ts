/** For tests: writes networks as PyTorch's exporter writes them, with small random weights. */
import { createRandom } from "../../base/tensor/random.js";
import type { Shape } from "../layers.js";
import { type Attributes, OnnxGraph } from "../onnx/onnx-graph.js";
import { modelProto } from "../onnx/proto.js";
import { size } from "../shape-inference.js";

interface ConvOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly group?: number;
  readonly bias?: boolean;
}

export class PyTorchGraph {
  readonly graph = new OnnxGraph();
  readonly #random = createRandom(11);
  #count = 0;

  op(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.graph.op(opType, inputs, attributes);
  }

  /** @param around the mean of the normal numbers, whose deviation is `spread` */
  weights(name: string, shape: Shape, spread = 0.2, around = 0): string {
    const values = this.#random.fork(name).normalArray(size(shape));
    this.graph.initializer(
      name,
      values.map((value) => around + spread * value),
      shape,
    );
    return name;
  }

  conv(x: string, channels: number, filters: number, options: ConvOptions = {}): string {
    const { kernel = 1, stride = 1, padding = (kernel - 1) / 2, group = 1, bias = false } = options;
    const name = `conv${this.#count++}`;
    const taps = kernel * kernel * (channels / group);
    const reads = [
      x,
      this.weights(`${name}.weight`, [filters, channels / group, kernel, kernel], taps ** -0.5),
    ];
    if (bias) reads.push(this.weights(`${name}.bias`, [filters]));
    return this.op("Conv", reads, {
      dilations: [1, 1],
      group,
      kernel_shape: [kernel, kernel],
      pads: [padding, padding, padding, padding],
      strides: [stride, stride],
    });
  }

  norm(x: string, channels: number): string {
    const name = `bn${this.#count++}`;
    const part = (end: string, spread: number, around: number) =>
      this.weights(`${name}.${end}`, [channels], spread, around);
    const mean = part("running_mean", 0.2, 0);
    const reads = [x, part("weight", 0.1, 1), part("bias", 0.2, 0), mean, part("running_var", 0.05, 1)];
    return this.op("BatchNormalization", reads, { epsilon: { float: 1e-5 }, momentum: { float: 0.9 } });
  }

  prelu(x: string, channels: number): string {
    return this.op("PRelu", [x, this.weights(`prelu${this.#count++}.weight`, [channels, 1, 1], 0.05, 0.25)]);
  }

  linear(x: string, inputs: number, units: number): string {
    const name = `fc${this.#count++}`;
    const reads = [x, this.weights(`${name}.weight`, [units, inputs], inputs ** -0.5)];
    return this.op("Gemm", [...reads, this.weights(`${name}.bias`, [units])], { transB: 1 });
  }

  /** One size of a value as a list, which is computed when the file runs. */
  sizeOf(x: string, axis: number): string {
    return this.op("Gather", [this.op("Shape", [x]), this.graph.integers([axis])], { axis: 0 });
  }

  /** `x.view(x.size(0), -1)`. */
  flatten(x: string): string {
    const shape = this.op("Concat", [this.sizeOf(x, 0), this.graph.integers([-1])], { axis: 0 });
    return this.op("Reshape", [x, shape]);
  }

  /** `F.interpolate(x, size)` to the size of another value. */
  interpolate(x: string, like: string, attributes: Attributes): string {
    const start = this.op("Slice", [
      this.op("Shape", [x]),
      ...[0, 2, 0].map((i) => this.graph.integers([i])),
    ]);
    const sizes = this.op("Concat", [start, this.sizeOf(like, 2), this.sizeOf(like, 3)], { axis: 0 });
    return this.op("Resize", [x, "", "", sizes], attributes);
  }

  /** `F.normalize(x)`. */
  normalise(x: string): string {
    const length = this.op("ReduceL2", [x], { axes: [1], keepdims: 1 });
    const bounded = this.op("Clip", [length, this.graph.floats(1e-12)]);
    return this.op("Div", [x, this.op("Expand", [bounded, this.op("Shape", [x])])]);
  }

  /** `torch.split` into halves. */
  halves(x: string, half: number): string[] {
    const parts = this.graph.newNames("Split", 2);
    this.graph.ops("Split", [x, this.graph.integers([half, half])], { axis: 1 }, parts);
    return parts;
  }

  /** Max-feature-map: the larger of two halves of the channels. */
  maxFeatureMap(x: string, half: number): string {
    return this.op("Max", this.halves(x, half));
  }

  encode(opset?: number): Uint8Array {
    const bytes = this.graph.encode("main_graph");
    if (opset === undefined) return bytes;
    const message = modelProto().decode(bytes) as unknown as { opsetImport: { version: number }[] };
    message.opsetImport[0].version = opset;
    return modelProto().encode(message).finish();
  }
}
