import assert from "node:assert/strict";
import { WebIO } from "@gltf-transform/core";
import sharp from "sharp";
import { bentSquare } from "../../testing/mesh-fixture.js";
import { encodeGlb } from "./glb.js";
import type { MeshArrays } from "./mesh-arrays.js";

interface Report {
  issues: { numErrors: number; numWarnings: number; messages: { code: string; message: string }[] };
}

async function validate(bytes: Uint8Array): Promise<Report> {
  const name: string = "gltf-validator"; // it brings no types
  const validator = (await import(name)) as { validateBytes(bytes: Uint8Array): Promise<Report> };
  return validator.validateBytes(bytes);
}

describe("face/export/glb", () => {
  let texture: Uint8Array;
  before(async () => {
    const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: "red" } });
    texture = Uint8Array.from(await picture.png().toBuffer());
  });

  it("passes Khronos' validator without errors or warnings", async () => {
    const bytes = await encodeGlb({ ...bentSquare, texture, name: "face", extras: { light: [1, 2, 3] } });
    const { issues } = await validate(bytes);
    assert.deepEqual([issues.numErrors, issues.numWarnings], [0, 0], JSON.stringify(issues.messages));
  });

  it("reads back in metres with unit normals, texture and extras", async () => {
    const bytes = await encodeGlb({ ...bentSquare, texture, name: "face", extras: { light: [1, 2, 3] } });
    const root = (await new WebIO().readBinary(bytes)).getRoot();
    const mesh = root.listMeshes()[0];
    assert.equal(mesh.getName(), "face");
    assert.deepEqual(mesh.getExtras(), { light: [1, 2, 3] });
    const primitive = mesh.listPrimitives()[0];
    const positions = [...primitive.getAttribute("POSITION")!.getArray()!];
    assert.ok(positions.every((value, i) => Math.abs(value - bentSquare.positions[i] / 10) < 1e-7));
    const normals = primitive.getAttribute("NORMAL")!;
    for (let i = 0; i < normals.getCount(); i++) {
      assert.ok(Math.abs(Math.hypot(...normals.getElement(i, [])) - 1) < 1e-6);
    }
    assert.deepEqual([...primitive.getAttribute("TEXCOORD_0")!.getArray()!], [...bentSquare.uvs]);
    assert.deepEqual([...primitive.getIndices()!.getArray()!], [...bentSquare.triangles]);
    const material = primitive.getMaterial()!;
    assert.equal(material.getMetallicFactor(), 0);
    assert.equal(material.getDoubleSided(), false);
    assert.deepEqual([...material.getBaseColorTexture()!.getImage()!], [...texture]);
  });

  it("writes more vertices than 16 bits can number", async () => {
    const count = 65600;
    const mesh: MeshArrays = {
      positions: Float32Array.from({ length: 3 * count }, (_, i) => Math.sin(i)),
      normals: new Float32Array(3 * count).fill(1),
      uvs: new Float32Array(2 * count),
      triangles: Uint32Array.of(0, 1, count - 1),
    };
    const bytes = await encodeGlb({ ...mesh, texture, name: "large" });
    const { issues } = await validate(bytes);
    assert.deepEqual([issues.numErrors, issues.numWarnings], [0, 0], JSON.stringify(issues.messages));
  });

  it("names the array that does not fit", async () => {
    const broken = (change: Partial<MeshArrays>) =>
      encodeGlb({ ...bentSquare, ...change, texture, name: "face" });
    const nan = bentSquare.positions.slice();
    nan[4] = Number.NaN;
    await assert.rejects(
      broken({ positions: nan }),
      /encodeGlb: `positions` should be finite.*NaN at value 4/,
    );
    await assert.rejects(broken({ positions: new Float32Array(7) }), /`positions`.*7 values/);
    await assert.rejects(broken({ normals: new Float32Array(3) }), /`normals`.*\[N=4, 3\] = 12.*has 3/);
    await assert.rejects(broken({ uvs: new Float32Array(3) }), /`uvs`.*\[N=4, 2\] = 8.*has 3/);
    await assert.rejects(broken({ triangles: Uint32Array.of(0, 1, 4) }), /below N=4 but has 4 at value 2/);
    await assert.rejects(broken({ triangles: Uint32Array.of(0, 1) }), /`triangles`.*2 values/);
    const noPng = encodeGlb({ ...bentSquare, texture: new Uint8Array(9), name: "face" });
    await assert.rejects(noPng, /bytes of a PNG/);
  });
});
