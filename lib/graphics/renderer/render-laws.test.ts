/** Laws that hold for any scene: turning, mirroring, closed meshes, and meshes that nobody meant to draw. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { bumpySphere, sphereMesh } from "../../testing/sphere-mesh.js";
import { projectToClip } from "../scene/camera.js";
import { type Light, type Matrix, rotateLight, type Vector } from "../scene/light.js";
import { namedLights } from "../scene/named-lights.js";
import { rotateVectors, rotationMatrix } from "../scene/pose.js";
import { bandCount } from "../scene/spherical-harmonics.js";
import { deviceX, deviceY } from "../scene/viewport.js";
import { renderTextured } from "./render.js";
import { shading } from "./shade/shade.js";
import { vertexNormals } from "./vertex-normals.js";
import { findVisible } from "./visibility.js";

const lightOf = (light: Light) => tf.tensor2d([...light], [1, 27]);

function noiseMap(side: number): tf.Tensor4D {
  return tf.tensor4d(createRandom(2).normalArray(side * side * 3), [1, side, side, 3]);
}

/** A bumpy sphere, turned so that nothing about it is symmetric. */
function someScene(size: number) {
  const mesh = bumpySphere(3, 0.8);
  const vertices = rotate(mesh.vertices, rotationMatrix([0.3, -0.5, 0.2]));
  return { ...mesh, vertices, normals: vertexNormals(vertices, mesh.triangles), size };
}

const rotate = (vectors: tf.Tensor3D, rotation: Matrix) =>
  rotateVectors(vectors, tf.tensor3d([rotation.map((row) => [...row])]));

describeOnEachEngine("a turned scene", () => {
  it("has the same shading at its vertices if the light turns with it", () => {
    tf.tidy(() => {
      const { vertices, triangles } = someScene(16);
      const random = createRandom(4);
      for (const light of Object.values(namedLights)) {
        const angles: Vector = [random.normal(), random.normal(), random.normal()];
        const rotation = rotationMatrix(angles);
        const lit = (points: tf.Tensor3D, by: Light) =>
          shading(tf.expandDims<tf.Tensor4D>(vertexNormals(points, triangles), 1), lightOf(by)).dataSync();
        assertClose(
          lit(rotate(vertices, rotation), rotateLight(light, rotation)),
          lit(vertices, light),
          1e-5,
        );
      }
    });
  });

  it("gives the turned picture if it is rolled by a right angle about the camera's axis with its light", () => {
    tf.tidy(() => {
      const scene = someScene(33);
      const map = noiseMap(16);
      const rotation = rotationMatrix([0, 0, Math.PI / 2]); // the crown to the viewer's left
      const rolled = {
        ...scene,
        vertices: rotate(scene.vertices, rotation),
        normals: rotate(scene.normals, rotation),
      };
      const upright = renderTextured(scene, map, lightOf(namedLights.window));
      const turned = renderTextured(rolled, map, lightOf(rotateLight(namedLights.window, rotation)));
      // Back again: the left column becomes the top row, read from the bottom up.
      for (const key of ["image", "mask"] as const) {
        const back = tf.reverse(tf.transpose(turned[key], [0, 2, 1, 3]), 2);
        assertClose(back.dataSync(), upright[key].dataSync(), 1e-6);
      }
    });
  });

  it("gives the mirrored picture if mesh, map and light are mirrored", () => {
    tf.tidy(() => {
      const scene = someScene(40);
      const map = noiseMap(3);
      const mirrorX = tf.tensor1d([-1, 1, 1]);
      const mirrored = {
        ...scene,
        vertices: tf.mul(scene.vertices, mirrorX) as tf.Tensor3D,
        normals: tf.mul(scene.normals, mirrorX) as tf.Tensor3D,
        triangles: tf.gather(scene.triangles, tf.tensor1d([0, 2, 1], "int32"), 1), // the front stays the front
        uvs: tf.add(tf.mul(scene.uvs, [-1, 1]), [1, 0]) as tf.Tensor3D,
      };
      const oddInX = [3, 4, 7]; // x, xy, xz
      const light = namedLights.sunset.map((value, i) => (oddInX.includes(i % bandCount) ? -value : value));
      const one = renderTextured(scene, map, lightOf(namedLights.sunset));
      const other = renderTextured(mirrored, tf.reverse(map, 2), lightOf(light));
      assertClose(tf.reverse(other.mask, 2).dataSync(), one.mask.dataSync(), 0);
      assertClose(tf.reverse(other.image, 2).dataSync(), one.image.dataSync(), 1e-6);
    });
  });
});

/** A closed mesh round the origin whose radius is different in every direction, before the camera, as clip numbers. */
function starShaped(seed: number, subdivisions: number) {
  const random = createRandom(seed);
  const { vertices, triangles } = sphereMesh(subdivisions);
  const [waves, shift] = [random.normalArray(18), random.normalArray(6)];
  const points = vertices.map((direction) => {
    let radius = 0.6;
    for (let k = 0; k < 6; k++) {
      const phase = 2 * direction.reduce((sum, value, i) => sum + value * waves[3 * k + i], shift[k]);
      radius += 0.12 * Math.sin(phase);
    }
    return direction.map((value) => value * Math.max(radius, 0.1));
  });
  const clip = tf.tidy(() => projectToClip(tf.tensor3d([points])).dataSync<"float32">());
  return { clip, triangles };
}

const seenBy = (clip: Float32Array, triangles: readonly number[][], size: number) =>
  findVisible(clip, triangles.flat(), { height: size, width: size, cullBackFaces: true });

describe("a closed mesh", () => {
  it("covers with its back faces exactly the pixels that it covers with its front faces (200 random shapes)", () => {
    for (let seed = 0; seed < 200; seed++) {
      const { clip, triangles } = starShaped(seed, 3);
      const front = seenBy(clip, triangles, 64);
      const back = seenBy(
        clip,
        triangles.map(([a, b, c]) => [a, c, b]),
        64,
      );
      const differing = front.findIndex((id, p) => id >= 0 !== back[p] >= 0);
      assert.equal(differing, -1, `shape ${seed}`);
      assert.ok(front.filter((id) => id >= 0).length > 200);
    }
  });

  it("is entered through every pixel as often as it is left, triangle by triangle (20 random shapes)", () => {
    let most = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { clip, triangles } = starShaped(seed, 2);
      const [entered, left] = [new Int32Array(48 * 48), new Int32Array(48 * 48)];
      const count = (counts: Int32Array, triangle: number[]) => {
        seenBy(clip, [triangle], 48).forEach((id, p) => {
          if (id >= 0) counts[p]++;
        });
      };
      for (const [a, b, c] of triangles) {
        count(entered, [a, b, c]);
        count(left, [a, c, b]);
      }
      assert.deepEqual(entered, left, `shape ${seed}`);
      most = Math.max(most, ...entered);
    }
    assert.ok(most > 1, "no shape hides a part of itself");
  });
});

describe("a mesh of triangles as small as pixels", () => {
  it("gives every pixel to the one triangle under its centre, at two triangles a pixel, one, and a half", () => {
    const size = 24;
    for (const cell of [1, Math.SQRT2, 2, 0.35]) {
      const cells = Math.ceil((size + 4) / cell);
      const place = (k: number) => -2 + 0.13 + k * cell;
      const vertices = Array.from({ length: (cells + 1) ** 2 }, (_, i) => {
        const [x, y] = [place(i % (cells + 1)), place(Math.floor(i / (cells + 1)))];
        return [deviceX(x, size), deviceY(y, size), 0, 1];
      });
      const triangles = Array.from({ length: cells * cells }, (_, i) => {
        const corner = i + Math.floor(i / cells);
        const [below, right] = [corner + cells + 1, corner + 1];
        return [corner, below, right, right, below, below + 1];
      }).flat();
      const ids = findVisible(vertices.flat(), triangles, { height: size, width: size, cullBackFaces: true });
      ids.forEach((id, p) => {
        const [x, y] = [(p % size) + 0.5, Math.floor(p / size) + 0.5].map((at) => (at + 2 - 0.13) / cell);
        const lower = (x % 1) + (y % 1) > 1 ? 1 : 0;
        assert.equal(id, 2 * (Math.floor(y) * cells + Math.floor(x)) + lower, `cell ${cell}, pixel ${p}`);
      });
    }
  });

  it("covers a pixel with a triangle around its centre however small, and none with one that misses all centres", () => {
    const draw = (x: number, y: number, radius: number) => {
      const corners = [0, 1, 2].map((k) => (2 * Math.PI * k) / 3);
      const clip = corners.flatMap((angle) => [
        deviceX(x + radius * Math.cos(angle), 8),
        deviceY(y - radius * Math.sin(angle), 8),
        0,
        1,
      ]);
      return findVisible(clip, [0, 1, 2], { height: 8, width: 8, cullBackFaces: true });
    };
    for (const radius of [0.4, 1e-3, 1e-9]) {
      const covered = [...draw(3.5, 4.5, radius)].flatMap((id, p) => (id === 0 ? [p] : []));
      assert.deepEqual(covered, [4 * 8 + 3]);
      assert.ok(draw(3, 4, radius).every((id) => id === -1));
    }
  });
});
