import assert from "node:assert/strict";
import { InputError } from "../base/tensor/input-error.js";
import { createRandom } from "../base/tensor/random.js";
import { importOnnx } from "./import-onnx.js";
import { modelProto } from "./onnx/proto.js";
import { PyTorchGraph } from "./onnx-import/pytorch-graph.js";
import { irSe } from "./onnx-import/pytorch-networks.js";

const path = "models/face.onnx";

/** One line, an InputError, that names the file and matches. */
function assertRefused(bytes: Uint8Array, message: RegExp): void {
  assert.throws(
    () => importOnnx(bytes, { path }),
    (error: Error) => {
      assert.ok(error instanceof InputError, error.stack);
      assert.ok(
        error.message.startsWith(`${path}: expected `) && !error.message.includes("\n"),
        error.message,
      );
      assert.match(error.message, message);
      return true;
    },
  );
}

/** A file of one operator on an image of 4 channels. */
function fileOf(build: (g: PyTorchGraph, image: string) => string, opset?: number): Uint8Array {
  const g = new PyTorchGraph();
  const image = g.graph.input("input", ["batch", 4, 6, 6]);
  g.graph.output(build(g, image), ["batch", 4, 6, 6], "output");
  return g.encode(opset);
}

describe("importOnnx refuses in one line, with the file's name,", () => {
  it("operators with too few inputs, pads of another number, and shapes that do not join", () => {
    const list = (g: PyTorchGraph, ...values: number[]) => g.graph.integers(values);
    const short = fileOf((g, x) => g.op("Reshape", [x, g.op("Gather", [list(g, 1, 2)])]));
    assertRefused(short, /Gather \(node "[^"]+"\) with 2 inputs, got 1/);
    const pads = fileOf((g, x) => g.op("Pad", [x, list(g, 0, 0, 1)]));
    assertRefused(pads, /Pad \(node "[^"]+"\) with 8 pads, got 3/);
    const joined = fileOf((g, x) => {
      const columns = g.op("Unsqueeze", [list(g, 1, 2), list(g, 0)]);
      return g.op("Reshape", [x, g.op("Concat", [columns, list(g, 1)], { axis: 0 })]);
    });
    assertRefused(joined, /Concat \(node "[^"]+"\) with shapes that differ along one axis/);
    const order = fileOf((g, x) => g.op("Transpose", [x], { perm: [0, 1, 1, 2] }));
    assertRefused(order, /Transpose \(node "[^"]+"\) with each axis once/);
  });

  it("a length of numbers that were moved after they were squared", () => {
    const moved = fileOf((g, x) => {
      const squares = g.op("Transpose", [g.op("Mul", [x, x])], { perm: [0, 2, 3, 1] });
      const sum = g.op("ReduceSum", [squares, g.graph.integers([1])], { keepdims: 1 });
      return g.op("Div", [x, g.op("Sqrt", [sum])]);
    });
    assertRefused(moved, /ReduceSum \(node "[^"]+"\) with squares as they were computed/);
  });

  it("what is no model: an empty file, text, a picture, another protobuf, random bytes", () => {
    assertRefused(new Uint8Array(0), /an ONNX model, got an empty file/);
    assertRefused(
      new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\noid sha256:0"),
      /ONNX model/,
    );
    assertRefused(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46), /ONNX model/);
    // A TensorFlow graph: nodes with name, operator and inputs.
    const node = [0x0a, 0x01, 0x78, 0x12, 0x05, ...new TextEncoder().encode("Const"), 0x1a, 0x01, 0x79];
    assertRefused(Uint8Array.from([0x0a, node.length, ...node]), /ONNX model/);
    const random = createRandom(3);
    for (let i = 0; i < 200; i++) {
      const bytes = Uint8Array.from({ length: 400 }, () => Math.floor(256 * random.uniform()));
      assertRefused(bytes, /ONNX model|standard operators/);
    }
  });

  it("a file that ends early, wherever it does", () => {
    const whole = irSe();
    for (let i = 1; i < 60; i++) {
      assertRefused(whole.subarray(0, Math.floor((i * whole.length) / 60)), /ONNX model|standard operators/);
    }
  });

  it("a file with a changed byte, or reads it; it neither hangs nor fails otherwise", () => {
    const whole = irSe();
    const random = createRandom(4);
    for (let i = 0; i < 300; i++) {
      const bytes = Uint8Array.from(whole);
      bytes[Math.floor(bytes.length * random.uniform())] = Math.floor(256 * random.uniform());
      try {
        importOnnx(bytes, { path });
      } catch (error) {
        assert.ok(error instanceof InputError, (error as Error).stack);
      }
    }
  });

  it("an operator without a layer, with its node", () => {
    assertRefused(
      fileOf((g, x) => g.op("Einsum", [x], { equation: "bchw->bhwc" })),
      /expected operators that can be read here, got Einsum \(node "Einsum_0"\)\.$/,
    );
    assertRefused(
      fileOf((g, x) => g.op("Exp", [x])),
      /got Exp \(node "Exp_0"\)/,
    );
  });

  it("an operator with what its layer cannot do, with its node", () => {
    const window = { kernel_shape: [2, 2], dilations: [2, 2] };
    assertRefused(
      fileOf((g, x) => g.op("MaxPool", [x], window)),
      /expected MaxPool \(node "MaxPool_0"\) with dilation 1, got \[2,2\]/,
    );
    assertRefused(
      fileOf((g, x) => g.conv(x, 3, 4)),
      /Conv \(node "Conv_0"\) with weights for 4 channels, got \[4,3,1,1\] in 1 groups/,
    );
    assertRefused(
      fileOf((g, x) => g.op("Conv", [x, x])),
      /fixed numbers as input 1, got numbers that are computed/,
    );
    assertRefused(
      fileOf((g, x) => g.op("Pad", [x, g.graph.integers([0, 0, 1, 1, 0, 0, 1, 1])], { mode: "reflect" })),
      /with zeros, got reflect/,
    );
    assertRefused(
      fileOf((g, x) => g.op("Add", [x, g.graph.floats(new Array(36).fill(1), [6, 6])])),
      /one number or one a channel, got numbers \[6,6\]/,
    );
    assertRefused(
      fileOf((g, x) => g.op("Reshape", [x, g.graph.integers([0, 7, -1])])),
      /a shape for the .* values of \[B, 4, 6, 6\], got \[B, 7, -1\]|got \[0, 7, -1\]/,
    );
    assertRefused(
      fileOf((g, x) =>
        g.op("Transpose", [g.op("Reshape", [x, g.graph.integers([0, 2, 2, 6, 6])])], {
          perm: [0, 2, 1, 3, 4],
        }),
      ),
      /images \[B, C, H, W\] or vectors \[B, C\], got \[B, 2, 2, 6, 6\]/,
    );
    assertRefused(
      fileOf((g, x) => g.op("MaxPool", [x], { kernel_shape: [9, 9] })),
      /inputs that fit, got network .* its window \[9,9\] does not fit/,
    );
  });

  it("operators of a version that it does not know", () => {
    assertRefused(
      fileOf((g, x) => g.op("Relu", [x]), 3),
      /standard operators of version 7 to 22, got version 3/,
    );
    assertRefused(
      fileOf((g, x) => g.op("Relu", [x]), 99),
      /got version 99/,
    );
  });

  it("a value that nothing gives, or only a later node", () => {
    assertRefused(
      fileOf((g) => g.op("Relu", ["nowhere"])),
      /Relu \(node "Relu_0"\) to read what comes before it, got "nowhere", which nothing gives/,
    );
    const cycle = fileOf((g, x) => {
      g.graph.op("Add", [x, "later"], {}, "sooner");
      return g.graph.op("Relu", ["sooner"], {}, "later");
    });
    assertRefused(cycle, /Add \(node "Add_0"\) .* got "later", which only a later node gives/);
  });

  it("weights in another file", () => {
    const tensor = {
      name: "conv.weight",
      dims: [4, 4, 1, 1],
      dataType: 1,
      dataLocation: 1,
      externalData: [{ key: "location", value: "face.bin" }],
    };
    const bytes = withInitializer(tensor);
    assertRefused(
      bytes,
      /a model with its weights inside, got weights "conv.weight" in face.bin; save it as one file/,
    );
  });

  it("weights that are fewer than their shape says, or of no number type", () => {
    const tensor = { name: "conv.weight", dims: [4, 4, 1, 1], dataType: 1, rawData: new Uint8Array(60) };
    assertRefused(withInitializer(tensor), /16 values \[4,4,1,1\] of "conv.weight", got 15/);
    assertRefused(
      withInitializer({ ...tensor, dataType: 8 }),
      /weights of a type among .*, got "conv.weight" of type 8/,
    );
  });

  it("constants that would fill the memory", () => {
    const huge = fileOf((g, x) => {
      const shape = g.graph.integers([60000, 60000]);
      return g.op("Add", [x, g.op("ConstantOfShape", [shape])]);
    });
    assertRefused(huge, /at most 16777216 constant numbers in all, got the shape \[60000, 60000\]/);
  });

  it("constants that would together", () => {
    // Each is allowed; twelve of eight times the size took 3.3 GB.
    const many = fileOf((g, x) => {
      const parts = Array.from({ length: 12 }, () => g.op("ConstantOfShape", [g.graph.integers([1 << 22])]));
      return g.op("Mul", [x, parts.reduce((one, other) => g.op("Add", [one, other]))]);
    });
    assertRefused(many, /at most 16777216 constant numbers in all, got the shape \[4194304\]/);
    const chain = fileOf((g, x) => {
      let value = g.op("ConstantOfShape", [g.graph.integers([1 << 22])]);
      for (let i = 0; i < 4; i++) value = g.op("Neg", [value]);
      return g.op("Mul", [x, value]);
    });
    assertRefused(chain, /at most 16777216 constant numbers in all/);
    const empty = fileOf((g, x) => {
      const none = g.op("ConstantOfShape", [g.graph.integers([0, 1e15])]);
      return g.op("Reshape", [x, g.op("Concat", [none, none], { axis: 1 })]);
    });
    assertRefused(empty, /constant numbers in all/);
  });

  it("more nodes than a network has; 20,000 in a chain are read, whatever their names", () => {
    const chain = (length: number) =>
      fileOf((g, x) => {
        let value = x;
        for (let i = 1; i < length; i++) value = g.op("Relu", [value]);
        return value;
      });
    const { network } = importOnnx(nameless(chain(20_000)), { path });
    assert.equal(network.nodes.length, 20_000);
    assertRefused(chain(20_001), /at most 20000 nodes, got 20001/);
  });

  it("weights that are not finite", () => {
    const rawData = new Uint8Array(
      Float32Array.from({ length: 16 }, (_, i) => (i === 3 ? Number.NaN : i)).buffer,
    );
    const tensor = { name: "conv.weight", dims: [4, 4, 1, 1], dataType: 1, rawData };
    assertRefused(withInitializer(tensor), /finite numbers of "conv.weight", got NaN at 3/);
  });

  it("one name for two values", () => {
    const rawData = new Uint8Array(64);
    const tensor = { name: "conv.weight", dims: [4, 4, 1, 1], dataType: 1, rawData };
    assertRefused(withInitializer(tensor, tensor), /one value named "conv.weight", got two/);
    const twice = fileOf((g, x) => {
      g.graph.op("Relu", [x], {}, "same");
      return g.graph.op("Tanh", ["same"], {}, "same");
    });
    assertRefused(twice, /one value named "same", got two/);
  });

  it("images that would", () => {
    const scales = (g: PyTorchGraph) => g.graph.floats([1, 1, 3e4, 3e4]);
    const huge = fileOf((g, x) => g.op("Resize", [x, "", scales(g)], { mode: "nearest" }));
    assertRefused(huge, /Resize .* at most 134217728 numbers an item, got \[B, 4, 180000, 180000\]/);
  });

  it("outputs that are not there", () => {
    const bytes = fileOf((g, x) => g.op("Relu", [x]));
    assert.throws(() => importOnnx(bytes, { path, outputs: ["logits"] }), {
      message: `${path}: expected an output "logits", got the outputs output.`,
    });
  });
});

/** A convolution with weights as given. */
function withInitializer(...tensors: object[]): Uint8Array {
  const bytes = fileOf((g, x) => g.op("Conv", [x, g.weights("conv.weight", [4, 4, 1, 1])]));
  const message = modelProto().decode(bytes) as unknown as { graph: { initializer: object[] } };
  message.graph.initializer = tensors;
  return modelProto().encode(message).finish();
}

/** The file without the names of its nodes, as some exporters write it. */
function nameless(bytes: Uint8Array): Uint8Array {
  const message = modelProto().decode(bytes) as unknown as { graph: { node: { name: string }[] } };
  for (const node of message.graph.node) node.name = "";
  return modelProto().encode(message).finish();
}
