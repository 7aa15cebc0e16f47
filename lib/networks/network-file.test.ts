import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { floatToHalf, halfToFloat } from "../base/tensor/half.js";
import { decodeSafetensors, encodeSafetensors } from "../base/tensor/safetensors.js";
import { stirredParameters } from "../testing/compare-engines.js";
import { createNetwork } from "./graph.js";
import * as layers from "./layers.js";
import { decodeNetworkFile, encodeNetworkFile, readNetworkFile } from "./network-file.js";
import { networkFromJson, networkToJson } from "./network-json.js";

const network = createNetwork("small", ({ input, add }) => {
  const x = input("x", [6, 6, 3]);
  const prepared = add("prepared", { kind: "affine", scale: [2], offset: [-1, 0, 1] }, x);
  const conv = add(
    "conv",
    layers.conv({ filters: 4, kernel: 3, stride: 2, padding: [0, 0, 1, 1] }),
    prepared,
  );
  const bounded = add(
    "bounded",
    { kind: "clip", minimum: 0 },
    add("prelu", { kind: "prelu", initialSlope: 0.1 }, conv),
  );
  const joined = add("joined", { kind: "concat" }, bounded, conv);
  return {
    y: add("dense", layers.dense(5), add("flat", { kind: "flatten", order: "channelsLast" }, joined)),
  };
});
const parameters = {
  ...stirredParameters(network, { x: [1, 6, 6, 3] }),
  "conv.bias": halfToFloat(floatToHalf(Float32Array.of(0.1, -2.5, 3e-6, 0))),
};
const metadata = { licence: "none" };
const bytes = encodeNetworkFile({ network, parameters, metadata });

describe("a network in a file", () => {
  it("comes back whole, to the bit, halves as halves", () => {
    assert.deepEqual(decodeNetworkFile(bytes, "a.safetensors"), { network, parameters, metadata });
    assert.deepEqual(encodeNetworkFile({ network, parameters, metadata }), bytes);
    const { tensors } = decodeSafetensors(bytes, "a.safetensors");
    const types = Object.entries(tensors).map(([name, { dtype }]) => `${name} ${dtype}`);
    assert.deepEqual(types.sort(), [
      "conv.bias F16",
      "conv.weight F32",
      "dense.bias F32",
      "dense.weight F32",
      "prelu.slope F32",
    ]);
  });

  it("is refused in one line that names the file, where it is cut short, another file, or lacks a parameter", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "network-file-"));
    const file = path.join(folder, "bad.safetensors");
    const { tensors, metadata: texts } = decodeSafetensors(bytes, "");
    const { "conv.bias": _, ...fewer } = tensors;
    const cases: [bytes: Uint8Array, message: RegExp][] = [
      [bytes.subarray(0, bytes.length - 4), /is cut short/],
      [bytes.subarray(0, 100), /is cut short/],
      [Uint8Array.from("not a network at all", (c) => c.charCodeAt(0)), /is not a safetensors file/],
      [encodeSafetensors({}), /should be a network with its parameters but is another safetensors file\.$/],
      [
        encodeSafetensors({}, { kind: "weights" }),
        /should be a network with its parameters but is "weights"\.$/,
      ],
      [encodeSafetensors(fewer, texts), /`conv\.bias` is missing\.$/],
      [encodeSafetensors({ ...tensors, more: tensors["conv.bias"] }, texts), /the network has no `more`\.$/],
      [encodeSafetensors(tensors, { ...texts, graph: "{" }), /its network should be JSON but is not\.$/],
    ];
    for (const [content, message] of cases) {
      await writeFile(file, content);
      await assert.rejects(readNetworkFile(file), (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(`${file}: `) && !error.message.includes("\n"), error.message);
        return true;
      });
    }
    await rm(folder, { recursive: true });
  });

  it("says which node is none, and what is wrong with it", () => {
    const text = networkToJson(network);
    assert.deepEqual(networkFromJson(text, "a"), network);
    const cases: [from: string, to: string, message: RegExp][] = [
      ['"kind":"clip"', '"kind":"clap"', /^a: its network has the unknown layer "clap" at node "bounded"\.$/],
      [
        '"filters":4',
        '"filters":-4',
        /^a: its network has the bad or missing `filters` -4 at node "conv" \(conv\)\.$/,
      ],
      ['"filters":4,', "", /bad or missing `filters` at node "conv"/],
      ['"minimum":0', '"lowest":0', /unknown `lowest` 0 at node "bounded" \(clip\)/],
      ['"initialSlope":0.1', '"initialSlope":null', /bad or missing `initialSlope` null at node "prelu"/],
      [
        '"inputs":["prepared"]',
        '"inputs":["none"]',
        /^a: network "small", node "conv" \(conv\): reads "none"/,
      ],
      ['"outputs":{"y":"dense"}', '"outputs":{"y":"none"}', /^a: network "small": output "y" is node "none"/],
      ['"outputs":{"y":"dense"}', '"outputs":[]', /^a: its network should have `outputs`/],
    ];
    for (const [from, to, message] of cases) {
      assert.ok(text.includes(from), from);
      assert.throws(() => networkFromJson(text.replace(from, to), "a"), { message });
    }
    for (const wrong of ["null", "[]", "{}", '{"name":"x","nodes":[{}],"outputs":{}}']) {
      assert.throws(() => networkFromJson(wrong, "a"), /^FileError: a: its network should [^\n]+\.$/);
    }
  });
});
