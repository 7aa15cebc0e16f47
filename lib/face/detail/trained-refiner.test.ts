import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeNetworkFile } from "../../networks/network-file.js";
import { initialParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { decidingRefiner } from "../models/deciding-refiner.js";
import { detailRefiner } from "../models/detail-refiner.js";
import { mapBases } from "./detail-maps.js";
import { loadDetailRefiner } from "./trained-refiner.js";

describe("face/detail/trained-refiner", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "refiner-"));
  });
  after(() => rm(folder, { recursive: true }));

  const size = { uvSize: 16, baseChannels: 2 };
  const write = async (network: ReturnType<typeof detailRefiner>, base: string) => {
    const parameters = initialParameters(parameterSpecs(network, fixedInputShapes(network, 1)), 1, "he");
    const file = path.join(folder, `${base}.safetensors`);
    await writeFile(file, encodeNetworkFile({ network, parameters, metadata: { name: "made", base } }));
    return file;
  };

  for (const base of mapBases) {
    it(`reads what its outputs differ from, and the network that goes with it: ${base}`, async () => {
      const [own, other] = [detailRefiner(size), decidingRefiner(size)];
      const [right, wrong] = base === "bands" ? [other, own] : [own, other];
      const refiner = await loadDetailRefiner(await write(right, base));
      assert.deepEqual([refiner.name, refiner.base, refiner.uvSize], ["made", base, 16]);
      await refiner.dispose();
      await assert.rejects(
        loadDetailRefiner(await write(wrong, base)),
        /should be a detail refiner but is "made"/,
      );
    });
  }
});
