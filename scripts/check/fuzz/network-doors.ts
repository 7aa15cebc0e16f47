/** Networks: weights and checkpoints of our own, and `.onnx` files of others. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { exportOnnx, importOnnx, loadDetailRefiner, parameterSpecs } from "rerenderable";
import {
  type CheckpointedNetworks,
  createNetwork,
  encodeNetworkFile,
  irSe,
  layers,
  lightCnn,
  mobileFace,
  readCheckpoint,
  readNetworkFile,
  writeCheckpoint,
} from "rerenderable/networks";
import type { Door } from "./door.js";

const side = 8;

/** The network reads maps and gives maps, as the detail refiner does. */
const network = createNetwork("small", ({ input, add }) => {
  const maps = input("maps", [side, side, 3]);
  const conv = add("conv", layers.conv({ filters: 4, kernel: 3, stride: 1, padding: [1, 1, 1, 1] }), maps);
  const norm = add("norm", { kind: "instanceNorm", epsilon: 1e-5 }, conv);
  const dense = layers.conv({ filters: 27, kernel: 1, stride: 1, padding: [0, 0, 0, 0] });
  return {
    albedo: add("prelu", { kind: "prelu", initialSlope: 0.1 }, norm),
    light: add("light", dense, conv),
  };
});
const specs = parameterSpecs(network, { maps: [1, side, side, 3] });
const parameters = Object.fromEntries(
  specs.map(({ name, shape }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return [name, Float32Array.from({ length }, (_, i) => Math.sin(i + 1))];
  }),
);

export const weights: Door = {
  name: "weights",
  async valid() {
    const metadata = { name: "small", base: "texture", model: "embedded" };
    return { "weights.safetensors": encodeNetworkFile({ network, parameters, metadata }) };
  },
  async open(file) {
    await readNetworkFile(file);
    await (await loadDetailRefiner(file)).dispose();
  },
};

const networks: CheckpointedNetworks = { generator: { network, specs } };

export const checkpoints: Door = {
  name: "checkpoints",
  async valid() {
    const folder = await mkdtemp(path.join(tmpdir(), "fuzz-checkpoint-"));
    const file = path.join(folder, "checkpoint.safetensors");
    const second = Object.fromEntries(
      Object.entries(parameters).map(([name, values]) => [name, values.map((value) => value * value)]),
    );
    const state = { parameters, optimiser: { step: 3, first: parameters, second } };
    try {
      await writeCheckpoint(file, networks, { networks: { generator: state }, step: 3, configHash: "0123" });
      return { "checkpoint.safetensors": await readFile(file) };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  open: (file) => readCheckpoint(file, networks, "0123"),
};

export const onnx: Door = {
  name: "onnx",
  async valid() {
    return {
      "small.onnx": exportOnnx(network, { maps: [1, side, side, 3] }, parameters),
      "ir-se.onnx": irSe(),
      "light-cnn.onnx": lightCnn(),
      "mobile-face.onnx": mobileFace(),
    };
  },
  async open(file) {
    importOnnx(await readFile(file), { path: file }).inputShapes(1);
  },
};
