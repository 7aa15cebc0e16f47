import assert from "node:assert/strict";
import { bentSquare } from "../../testing/mesh-fixture.js";
import { encodeObj } from "./obj.js";

const names = { name: "face", materialFile: "face.mtl", textureFile: "albedo.png" };

/** Numbers after each keyword, in file order. */
function parse(text: string): Record<string, string[][]> {
  const found: Record<string, string[][]> = {};
  for (const line of text.trim().split("\n")) {
    const [keyword, ...words] = line.split(" ");
    found[keyword] ??= [];
    found[keyword].push(words);
  }
  return found;
}

const flat = (rows: string[][]) => rows.flat().map(Number);

function near(actual: readonly number[], expected: readonly number[]) {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of actual.entries()) assert.ok(Math.abs(value - expected[i]) < 1e-6);
}

describe("face/export/obj", () => {
  it("reads back: metres, v from the bottom, unit normals, corners from 1", () => {
    const { v, vt, vn, f, mtllib, usemtl } = parse(encodeObj({ ...bentSquare, ...names }).obj);
    near(
      flat(v),
      [...bentSquare.positions].map((value) => value / 10),
    );
    near(flat(vt), [0, 0, 1, 0, 1, 0.75, 0, 1]);
    near(flat(vn).slice(3, 6), [0, 0, 1]);
    assert.deepEqual(f, [
      ["1/1/1", "2/2/2", "3/3/3"],
      ["1/1/1", "3/3/3", "4/4/4"],
    ]);
    assert.deepEqual([mtllib, usemtl], [[["face.mtl"]], [["face"]]]);
  });

  it("names the material and the texture in the MTL", () => {
    const { newmtl, map_Kd } = parse(encodeObj({ ...bentSquare, ...names }).mtl);
    assert.deepEqual([newmtl, map_Kd], [[["face"]], [["albedo.png"]]]);
  });

  it("refuses names the format cannot hold and arrays that do not fit", () => {
    assert.throws(() => encodeObj({ ...bentSquare, ...names, textureFile: "my face.png" }), /`textureFile`/);
    assert.throws(() => encodeObj({ ...bentSquare, ...names, uvs: new Float32Array(2) }), /encodeObj: `uvs`/);
  });
});
