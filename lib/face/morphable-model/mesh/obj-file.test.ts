import assert from "node:assert/strict";
import { InputError } from "../../../base/tensor/input-error.js";
import { readObj } from "./obj-file.js";

const square = `mtllib skin.mtl
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0 0
vt 1 0
vt 1 0.5
usemtl face
`;

describe("readObj", () => {
  it("reads positions, uvs with v up, polygons by both, and the names of materials", () => {
    const { positions, uvs, polygons, materialFiles } = readObj(`${square}f 1/1/1 2/2/1 3/3/1\n`, "a.obj");
    assert.deepEqual([...positions.slice(3, 6)], [1, 0, 0]);
    assert.deepEqual([...uvs], [0, 0, 1, 0, 1, 0.5]);
    assert.deepEqual(polygons, [{ corners: [0, 1, 2], material: "face", uvCorners: [0, 1, 2] }]);
    assert.deepEqual(materialFiles, ["skin.mtl"]);
  });

  it("counts places below 0 back from the polygon's line", () => {
    const { polygons } = readObj(`${square}f -4/-3 -3/-2 -2/-1\nv 9 9 9\nvt 1 1\n`, "a.obj");
    assert.deepEqual(polygons[0], { corners: [0, 1, 2], material: "face", uvCorners: [0, 1, 2] });
  });

  it("gives no uvs where the file has none for a corner, or not that many", () => {
    const { polygons } = readObj(`${square}f 1 2 3\nf 1/1 2/2 4/7\nf 1//1 2//1 3//1\n`, "a.obj");
    assert.deepEqual(
      polygons.map(({ uvCorners }) => uvCorners),
      [undefined, undefined, undefined],
    );
  });

  it("says in one line which polygon or uv is none", () => {
    const refused = (line: string, message: RegExp) =>
      assert.throws(
        () => readObj(`${square}${line}\n`, "a.obj"),
        (error: Error) => error instanceof InputError && message.test(error.message),
      );
    refused("f 1 2 9", /^a\.obj: expected polygons of its own vertices, got `f 1 2 9`\.$/);
    refused("f 1 2", /polygons of its own vertices/);
    refused("f 1 2 -9", /polygons of its own vertices/);
    refused("vt 0 x", /^a\.obj: expected uvs of two numbers, got `vt 0 x`\.$/);
  });
});
