import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePng, InputError, type RgbImage, srgbToLinear } from "rerenderable";
import { renderTruth } from "rerenderable/graphics";
import { readHead, type ScannedHead } from "./scanned-head.js";
import { packTextures } from "./texture-atlas.js";

/** Red grows to the right, green downward, over all of the picture. */
function ramp(width: number, height: number, blue: number): RgbImage {
  const data = new Float32Array(3 * width * height);
  for (let p = 0; p < width * height; p++)
    data.set([(p % width) / (width - 1), Math.floor(p / width) / (height - 1), blue], 3 * p);
  return { width, height, data };
}

/** Two triangles in one square before the camera, parted at their seam as exporters part them. */
const square = `v -1 -1 0
v 1 -1 0
v 1 1 0
v -1 -1 0
v 1 1 0
v -1 1 0
vt 0 0
vt 1 0
vt 1 1
vt 0 0
vt 1 1
vt 0 1
f 1/1 2/2 3/3
f 4/4 5/5 6/6
`;

describe("a head from its files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "head-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, content: string | Uint8Array) => writeFile(path.join(folder, name), content);
  const texture = async (name: string, blue: number) => write(name, await encodePng(ramp(64, 64, blue)));

  /** The colour that a head shows at a place of the picture, without light. */
  function seen({ vertices, triangles, albedo }: ScannedHead, x: number, y: number): number[] {
    const size = 32;
    const white = Array.from({ length: 27 }, (_, i) => (i % 9 === 0 ? 1 / 0.886227 : 0));
    const { image } = renderTruth({ vertices, triangles, albedo }, [{ kind: "harmonics", light: white }], {
      size,
    });
    return [...image.slice(3 * (y * size + x), 3 * (y * size + x) + 3)];
  }

  it("welds vertices in one place, and reads v both ways where the way is not given", async () => {
    await write("head.obj", square);
    await texture("head.png", 0.25);
    const [up, down] = await readHead(folder);
    assert.equal(up.vertices.length, 3 * 4);
    assert.equal(up.triangles.length, 3 * 2);
    const [upperLeft, lowerLeft] = [seen(up, 3, 3), seen(up, 3, 28)];
    assert.ok(upperLeft[1] < 0.05 && lowerLeft[1] > 0.6, `${upperLeft} ${lowerLeft}`);
    assert.ok(Math.abs(upperLeft[2] - srgbToLinear(64 / 255)) < 1e-4);
    const lowerLeftDown = seen(down, 3, 28);
    assert.ok(lowerLeftDown.every((value, c) => Math.abs(value - upperLeft[c]) < 1e-6));
    assert.equal((await readHead(folder, { v: "down" })).length, 1);
  });

  it("takes the texture of the MTL, of the mesh's or the MTL's name, of a usual name, or the given one", async () => {
    const blueOf = async (parts?: Parameters<typeof readHead>[1]) => {
      const [head] = await readHead(folder, { ...parts, v: "up" });
      return seen(head, 16, 16)[2];
    };
    const isBlue = async (blue: number, parts?: Parameters<typeof readHead>[1]) => {
      const [found, wanted] = [await blueOf(parts), srgbToLinear(Math.round(255 * blue) / 255)];
      assert.ok(Math.abs(found - wanted) < 1e-4, `${found} is not ${wanted}`);
    };
    await write("head.obj", `mtllib skin.mtl\nusemtl skin\n${square}`);
    for (const [name, blue] of [
      ["albedo.png", 0.2],
      ["head.png", 0.4],
      ["skin.png", 0.6],
    ] as const) {
      await texture(name, blue);
      await isBlue(blue);
    }
    await texture("painted.png", 0.8);
    await write("skin.mtl", "newmtl skin\nKd 1 1 1\nmap_Kd -s 1 1 1 painted.png\n");
    await isBlue(0.8);
    await isBlue(0.2, { parts: [{ mesh: "head.obj", texture: "albedo.png" }] });
  });

  it("says in one line what is wrong", async () => {
    const refused = async (message: RegExp, options?: Parameters<typeof readHead>[1], at = folder) =>
      assert.rejects(readHead(at, options), (error: Error) => {
        assert.match(error.message, message);
        return error instanceof InputError && !error.message.includes("\n");
      });
    await refused(
      /nowhere: expected the folder of a head: .*, got no such folder\.$/,
      {},
      path.join(folder, "nowhere"),
    );
    await refused(/got a folder without OBJ files\.$/);
    await refused(/other\.obj: expected an OBJ file, got no such file\.$/, {
      parts: [{ mesh: "other.obj" }],
    });
    await write("head.obj", "v 0 0 0\n");
    await refused(/head\.obj: expected a mesh with polygons, got none\.$/);
    await write("head.obj", square);
    await refused(/head\.obj: expected a picture that colours it: map_Kd of its MTL, .*, got none\.$/);
    await refused(/skin\.png: expected a photo .*, got no such file\.$/, {
      parts: [{ mesh: "head.obj", texture: "skin.png" }],
    });
    await texture("head.png", 0);
    await write("head.obj", square.replace("f 4/4 5/5 6/6", "f 4 5 6"));
    await refused(/head\.obj: expected uvs for each polygon, got none for the polygon of vertices 4 5 6\.$/);
    await write("head.obj", square.replace("vt 0 1", "vt 0 2"));
    await refused(/head\.obj: expected uvs from 0 to 1, got 0 2\.$/);
    await write("head.obj", `mtllib a.mtl\n${square}`);
    await write("a.mtl", "newmtl skin\nmap_Kd lost.png\n");
    await refused(/a\.mtl: expected the picture lost\.png beside it, got no such file\.$/);
  });
});

describe("an atlas of textures", () => {
  it("gives between texels, and at the borders, what each texture alone gives", () => {
    const textures = [ramp(5, 3, 0.2), ramp(4, 6, 0.9)];
    const atlas = packTextures(textures);
    const sample = (
      map: { width: number; height: number; data: ArrayLike<number> },
      u: number,
      v: number,
    ) => {
      const [x, y] = [u * map.width - 0.5, v * map.height - 0.5];
      const at = (i: number, j: number) => {
        const [column, row] = [
          Math.min(Math.max(i, 0), map.width - 1),
          Math.min(Math.max(j, 0), map.height - 1),
        ];
        return [0, 1, 2].map((c) => map.data[3 * (row * map.width + column) + c]);
      };
      const [i, j] = [Math.floor(x), Math.floor(y)];
      const weights = [
        [i, j, (1 - x + i) * (1 - y + j)],
        [i + 1, j, (x - i) * (1 - y + j)],
        [i, j + 1, (1 - x + i) * (y - j)],
        [i + 1, j + 1, (x - i) * (y - j)],
      ];
      return [0, 1, 2].map((c) => weights.reduce((sum, [a, b, w]) => sum + w * at(a, b)[c], 0));
    };
    textures.forEach((texture, k) => {
      const linear = { ...texture, data: srgbToLinear(texture.data) };
      for (const u of [0, 0.01, 0.37, 0.5, 0.93, 1]) {
        for (const v of [0, 0.2, 0.66, 1]) {
          const [found, wanted] = [sample(atlas, ...atlas.place(k, u, v)), sample(linear, u, v)];
          const difference = Math.max(...found.map((value, c) => Math.abs(value - wanted[c])));
          assert.ok(difference < 1e-6, `${k} ${u} ${v}`);
        }
      }
    });
  });
});
