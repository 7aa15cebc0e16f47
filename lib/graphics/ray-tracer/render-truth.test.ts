import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose } from "../../testing/each-engine.js";
import { bumpyRadius, sphereMesh } from "../../testing/sphere-mesh.js";
import { rasterize } from "../renderer/rasterize.js";
import { renderTextured, renderVertexColoured } from "../renderer/render.js";
import { vertexNormals } from "../renderer/vertex-normals.js";
import { projectToClip } from "../scene/camera.js";
import { namedLights } from "../scene/named-lights.js";
import { ambientWhite } from "../scene/spherical-harmonics.js";
import { renderTruth } from "./render-truth.js";
import { smoothNormals } from "./smooth-normals.js";
import type { TracedMesh } from "./traced-mesh.js";

/** Triangles at random in front of the camera, facing both ways, through one another, some past near. */
function tangle(count: number): TracedMesh {
  const random = createRandom(12);
  const vertices = new Float32Array(9 * count).map((_, i) => (i % 9 < 3 ? 0.6 * random.normal() : 0));
  for (let i = 0; i < vertices.length; i++) {
    if (i % 9 >= 3) vertices[i] = vertices[9 * Math.floor(i / 9) + (i % 3)] + 0.3 * random.normal();
  }
  vertices.set([0.1, 0, 3, 0.4, 0.1, 6, 0.2, 0.3, 5.5]); // near is at z = 5
  const triangles = Int32Array.from({ length: 3 * count }, (_, i) => i);
  return { vertices, triangles, albedo: { colours: new Float32Array(9 * count).fill(1) } };
}

/** A bumpy ball, not symmetric, with a colour a vertex and uvs by looking at it from the front. */
function bumpyBall(subdivisions: number) {
  const mesh = sphereMesh(subdivisions);
  const vertices = Float32Array.from(mesh.vertices.flatMap((v) => v.map((x) => 0.9 * x * bumpyRadius(v))));
  const colours = Float32Array.from(
    mesh.vertices.flatMap(([x, y, z]) => [0.5 + 0.4 * x, 0.5 + 0.4 * y, 0.5 + 0.4 * z]),
  );
  const uvs = Float32Array.from(mesh.vertices.flatMap(([x, y]) => [0.5 + 0.6 * x, 0.5 - 0.6 * y]));
  return { vertices, triangles: Int32Array.from(mesh.triangles.flat()), colours, uvs };
}

/** Pixels whose eight neighbours show something as well. */
function isInterior(triangleId: Int32Array, size: number, pixel: number): boolean {
  const [x, y] = [pixel % size, Math.floor(pixel / size)];
  if (x === 0 || y === 0 || x === size - 1 || y === size - 1) return false;
  return [-1, 0, 1].every((dy) => [-1, 0, 1].every((dx) => triangleId[pixel + dy * size + dx] >= 0));
}

/** Fails where pictures of three values a pixel differ inside the outline; returns how many pixels that is. */
function assertSameInside(
  image: Float32Array,
  expected: Float32Array,
  ids: Int32Array,
  size: number,
  tolerance: number,
): number {
  let compared = 0;
  for (let pixel = 0; pixel < size * size; pixel++) {
    if (!isInterior(ids, size, pixel)) continue;
    compared++;
    assertClose(
      image.subarray(3 * pixel, 3 * pixel + 3),
      expected.subarray(3 * pixel, 3 * pixel + 3),
      tolerance,
    );
  }
  return compared;
}

describe("graphics/ray-tracer/render-truth and the renderer", () => {
  before(async () => {
    await prepareEngine("cpu");
  });

  for (const cullBackFaces of [true, false]) {
    it(`see the same triangles of a tangle, ${cullBackFaces ? "fronts only" : "from both sides"}, at the same depth`, () => {
      const [size, mesh] = [160, tangle(300)];
      const truth = renderTruth(mesh, [], { size, cullBackFaces });
      const { ids, depth } = tf.tidy(() => {
        const clip = projectToClip(tf.tensor3d(mesh.vertices as Float32Array, [1, 900, 3]));
        const triangles = tf.tensor2d(mesh.triangles as Int32Array, [300, 3], "int32");
        const fragments = rasterize(clip, triangles, size, size, { cullBackFaces });
        return { ids: fragments.triangleId.dataSync().slice(), depth: fragments.depth.dataSync().slice() };
      });
      let [other, covered] = [0, 0];
      for (let pixel = 0; pixel < ids.length; pixel++) {
        if (ids[pixel] !== truth.triangleId[pixel]) other++;
        else if (ids[pixel] >= 0) {
          covered++;
          assertClose([truth.depth[pixel]], [depth[pixel]], 1e-4);
        }
      }
      assert.ok(covered > 5000, `${covered} pixels`);
      assert.ok(other < 0.002 * covered, `${other} of ${covered} pixels show another triangle`);
    });
  }

  it("draw the same picture under Eq. 3, albedo by vertex, to 1e-3", () => {
    const [size, ball] = [128, bumpyBall(4)];
    const light = namedLights.window;
    const albedo = { colours: ball.colours };
    const truth = renderTruth({ ...ball, albedo }, [{ kind: "harmonics", light }], { size });
    const image = tf.tidy(() => {
      const vertices = tf.tensor3d(ball.vertices, [1, ball.vertices.length / 3, 3]);
      const triangles = tf.tensor2d(ball.triangles, [ball.triangles.length / 3, 3], "int32");
      const scene = { vertices, triangles, normals: vertexNormals(vertices, triangles), size };
      const colours = tf.tensor3d(ball.colours, [1, ball.colours.length / 3, 3]);
      return renderVertexColoured(scene, colours, tf.tensor2d([...light], [1, 27]))
        .image.dataSync<"float32">()
        .slice();
    });
    const compared = assertSameInside(truth.image, image, truth.triangleId, size, 1e-3);
    assert.ok(compared > 4000, `${compared} pixels`);
  });

  it("draw the same picture under Eq. 3, albedo by map, to 1e-3", () => {
    const [size, side, ball] = [128, 16, bumpyBall(4)];
    const random = createRandom(5);
    const data = new Float32Array(3 * side * side).map(() => random.uniform());
    const light = namedLights.sunset;
    const albedo = { width: side, height: side, data, uvs: ball.uvs };
    const truth = renderTruth({ ...ball, albedo }, [{ kind: "harmonics", light }], { size });
    // The same with a row of uvs for each corner.
    const uvTriangles = Int32Array.from({ length: ball.triangles.length }, (_, i) => i);
    const cornerUvs = Float32Array.from(
      { length: 2 * uvTriangles.length },
      (_, i) => ball.uvs[2 * ball.triangles[i >> 1] + (i & 1)],
    );
    const seams = { ...albedo, uvs: cornerUvs, uvTriangles };
    const split = renderTruth({ ...ball, albedo: seams }, [{ kind: "harmonics", light }], { size });
    assert.deepEqual(split.image, truth.image);
    const image = tf.tidy(() => {
      const vertices = tf.tensor3d(ball.vertices, [1, ball.vertices.length / 3, 3]);
      const triangles = tf.tensor2d(ball.triangles, [ball.triangles.length / 3, 3], "int32");
      const uvs = tf.tensor3d(ball.uvs, [1, ball.uvs.length / 2, 2]);
      const scene = { vertices, triangles, normals: vertexNormals(vertices, triangles), size, uvs };
      const lights = tf.tensor2d([...light], [1, 27]);
      return renderTextured(scene, tf.tensor4d(data, [1, side, side, 3]), lights)
        .image.dataSync<"float32">()
        .slice();
    });
    const compared = assertSameInside(truth.image, image, truth.triangleId, size, 1e-3);
    assert.ok(compared > 4000, `${compared} pixels`);
  });

  it("have the same smooth normals", () => {
    const ball = bumpyBall(2);
    const normals = tf.tidy(() => {
      const vertices = tf.tensor3d(ball.vertices, [1, ball.vertices.length / 3, 3]);
      const triangles = tf.tensor2d(ball.triangles, [ball.triangles.length / 3, 3], "int32");
      return vertexNormals(vertices, triangles).dataSync().slice();
    });
    assertClose(smoothNormals(ball.vertices, ball.triangles), normals, 1e-6);
  });
});

describe("graphics/ray-tracer/render-truth", () => {
  const ball = bumpyBall(3);
  const mesh = { ...ball, albedo: { colours: ball.colours } };
  const light = { kind: "directional", direction: [1, 1, 1], colour: [1, 1, 1] } as const;

  it("gives shares of pixels on the outline and the same numbers for the same seed", () => {
    const [one, many, again] = [1, 16, 16].map((samples) =>
      renderTruth(mesh, [light], { size: 32, samples }),
    );
    assert.deepEqual(many, again);
    assert.notDeepEqual(many.image, renderTruth(mesh, [light], { size: 32, samples: 16, seed: 1 }).image);
    assert.deepEqual([one.triangleId, one.depth, one.normals], [many.triangleId, many.depth, many.normals]);
    const area = (mask: Float32Array) => mask.reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(area(many.mask) - area(one.mask)) < 0.02 * area(one.mask));
    const partly = many.mask.filter((value) => value > 0 && value < 1).length;
    assert.ok(partly > 40 && partly < 120, `${partly} pixels on the outline`);
    // Colours there are those of the surface, not mixed with black.
    const gray = { ...ball, albedo: { colours: ball.colours.map(() => 0.5) } };
    const ambient = { kind: "harmonics", light: ambientWhite } as const;
    const shown = renderTruth(gray, [ambient], { size: 32, samples: 9 });
    shown.mask.forEach((value, p) => {
      assertClose([shown.image[3 * p]], [value > 0 ? 0.5 : 0], 1e-6);
    });
  });

  it("leaves nothing where nothing is, and adds diffuse and specular to the image", () => {
    const truth = renderTruth(mesh, [light], { size: 32, specular: { roughness: 0.4 } });
    for (let p = 0; p < 32 * 32; p++) {
      const values = [...truth.image.slice(3 * p, 3 * p + 3), truth.shadows[0][p], truth.depth[p]];
      if (truth.triangleId[p] < 0) assertClose([...values, truth.mask[p]], [0, 0, 0, 0, 0, 0], 0);
      for (let o = 3 * p; o < 3 * p + 3; o++) {
        assertClose([truth.image[o]], [truth.diffuse[o] + truth.specular[o]], 1e-6);
      }
    }
    assert.ok(truth.specular.some((value) => value > 0.01));
  });

  it("takes no notice of broken triangles", () => {
    const spoilt = {
      ...mesh,
      triangles: Int32Array.of(...mesh.triangles, 0, 0, 1, 0, 2, ball.vertices.length / 3),
    };
    const vertices = Float32Array.of(...mesh.vertices, Number.NaN, 0, 0);
    const albedo = { colours: Float32Array.of(...ball.colours, 1, 1, 1) };
    const truth = renderTruth({ ...spoilt, vertices, albedo }, [light], { size: 32 });
    assert.deepEqual(truth, renderTruth(mesh, [light], { size: 32 }));
  });

  it("says what is wrong in one line", () => {
    const refuses = (change: object, options: object, message: RegExp, lights: object[] = []) =>
      assert.throws(
        () => renderTruth({ ...mesh, ...change }, lights as never, { size: 8, ...options }),
        message,
      );
    refuses(
      { vertices: new Float32Array(4) },
      {},
      /renderTruth: `vertices` should have 3 numbers a row but has 4 in all/,
    );
    refuses(
      { triangles: [0, 1, 9999] },
      {},
      /`triangles` should have whole numbers from 0 to 257 but has 9999 at 2/,
    );
    refuses({ normals: [0, 0, 1] }, {}, /`normals` should have 258 x 3 numbers but has 3/);
    refuses({ albedo: { colours: [1] } }, {}, /`albedo.colours` should have 258 x 3 numbers but has 1/);
    refuses(
      { albedo: { width: 2, height: 1, data: [1], uvs: ball.uvs } },
      {},
      /`albedo.data` should have 1 x 2 x 3/,
    );
    refuses({}, { size: 0 }, /`size` should be a whole number of pixels above 0 but is 0/);
    refuses({}, { samples: 3 }, /`samples` should be a square number .* but is 3/);
    refuses({}, { shadowSamples: 0 }, /`shadowSamples` should be a square number .* but is 0/);
    refuses({}, { specular: { roughness: 2 } }, /`specular.roughness`/);
    refuses({}, {}, /should have 27 numbers/, [{ kind: "harmonics", light: [1] }]);
    refuses({}, {}, /a directional light should have a `direction` not 0/, [
      { ...light, direction: [0, 0, 0] },
    ]);
    refuses({}, {}, /a point light should have a `position` and/, [
      { kind: "point", position: [Number.NaN, 0, 0], colour: [1, 1, 1] },
    ]);
    refuses({}, {}, /radius of a directional light .* but is -1/, [{ ...light, angularRadius: -1 }]);
  });
});
