import assert from "node:assert/strict";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { uvSpaceOf } from "./face-uv-space.js";
import { loadMorphableModel } from "./load-model.js";
import { createMorphableModel } from "./morphable-model.js";

describe("uvSpaceOf", () => {
  it("covers the face on the map and leaves eyes and inner mouth out of its mask", async () => {
    await prepareEngine("wasm");
    const model = createMorphableModel(await loadMorphableModel("embedded"));
    const space = uvSpaceOf(model, 32);
    const [skin, covered] = [space.uvMask, space.covered].map((mask) => mask.dataSync());
    assert.equal(space.size, 32);
    assert.ok(skin.every((inside, t) => inside <= covered[t]));
    const sum = (mask: ArrayLike<number>) => Array.from(mask).reduce((total, value) => total + value, 0);
    assert.ok(0 < sum(skin) && sum(skin) < sum(covered));
    space.dispose();
    model.dispose();
  });
});
