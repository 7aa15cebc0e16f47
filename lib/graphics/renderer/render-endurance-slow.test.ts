/** The whole renderer, forward and back, on meshes that nobody meant to draw, and over many steps. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom, type Random } from "../../base/tensor/random.js";
import { describeOnEachEngine } from "../../testing/each-engine.js";
import { bumpySphere } from "../../testing/sphere-mesh.js";
import { namedLights } from "../scene/named-lights.js";
import { coverage } from "./fragments.js";
import { interpolate } from "./interpolate.js";
import { antialias } from "./outline/antialias.js";
import { rasterize } from "./rasterize.js";
import { renderTextured } from "./render.js";
import { sampleTexture } from "./sample-texture.js";
import { shade } from "./shade/shade.js";
import { vertexNormals } from "./vertex-normals.js";

const size = 12;
const lightOf = (light: readonly number[]) => tf.tensor2d([...light], [1, 27]);

/** A clip coordinate: mostly near the screen, sometimes nothing that a camera gives. */
function coordinate(random: Random): number {
  const kind = random.integer(24);
  if (kind === 0) return Number.NaN;
  if (kind === 1) return random.uniform() < 0.5 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (kind === 2) return random.normal() * 1e30;
  if (kind === 3) return random.normal() * 1e4;
  if (kind === 4) return random.normal() * 1e-30;
  if (kind === 5) return Math.round(3 * random.normal()) / 3; // on pixel centres and borders
  return 1.5 * random.normal();
}

/** Distance in front of the camera, sometimes none. */
function distance(random: Random): number {
  const kind = random.integer(12);
  if (kind === 0) return -1 - random.uniform();
  if (kind === 1) return 0;
  if (kind === 2) return random.integer(2) ? 1e-20 : 1e20;
  if (kind === 3) return coordinate(random);
  return 1 + random.uniform();
}

function someMesh(random: Random) {
  const [vertexCount, triangleCount] = [3 + random.integer(8), 1 + random.integer(8)];
  const clip = Array.from({ length: vertexCount }, () => {
    const w = distance(random);
    const depth = random.integer(4) ? 0.5 * random.normal() * w : coordinate(random);
    return [coordinate(random), coordinate(random), depth, w];
  });
  // Some vertices lie on others, some on the line of two: triangles without area.
  for (let i = 2; i < vertexCount; i++) {
    if (random.integer(8) === 0) clip[i] = [...clip[i - 1]];
    if (random.integer(8) === 0) clip[i] = clip[i].map((_, k) => (clip[i - 1][k] + clip[i - 2][k]) / 2);
  }
  const triangles = Array.from({ length: 3 * triangleCount }, () => random.integer(vertexCount));
  return { clip: tf.tensor3d([clip]), triangles: tf.tensor2d(triangles, [triangleCount, 3], "int32") };
}

/** The composed renderer on clip coordinates. */
function draw(clip: tf.Tensor3D, triangles: tf.Tensor2D, attributes: tf.Tensor3D, map: tf.Tensor4D) {
  const fragments = rasterize(clip, triangles, size, size, { cullBackFaces: false });
  const seen = interpolate(attributes, fragments, triangles);
  const [normals, uv] = tf.split(seen, [3, 2], 3) as [tf.Tensor4D, tf.Tensor4D];
  const albedo = sampleTexture(map, uv, coverage(fragments));
  const image = shade(albedo, normals, lightOf(namedLights.studio));
  return { fragments, image: antialias(image, fragments, clip, triangles) };
}

const allFinite = (tensor: tf.Tensor) => tensor.dataSync().every(Number.isFinite);

describeOnEachEngine("the renderer", () => {
  it("gives no NaN and no wrong triangle on 300 meshes of random, huge, infinite, missing numbers", () => {
    const random = createRandom(12);
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      tf.tidy(() => {
        const { clip, triangles } = someMesh(random);
        const vertexCount = clip.shape[1];
        const map = tf.tensor4d(random.normalArray(4 * 4 * 3), [1, 4, 4, 3]);
        // A vertex that is not finite is not seen, and may have attributes that are not numbers.
        const places = clip.dataSync();
        const values = random.normalArray(vertexCount * 5).map((value, i) => {
          const place = places.subarray(4 * Math.floor(i / 5), 4 * Math.floor(i / 5) + 4);
          return place.every(Number.isFinite) ? value : Number.NaN;
        });
        const attributes = tf.tensor3d(values, [1, vertexCount, 5]);
        const { fragments, image } = draw(clip, triangles, attributes, map);
        for (const id of fragments.triangleId.dataSync()) {
          assert.ok(id >= -1 && id < triangles.shape[0], `mesh ${trial}: triangle ${id}`);
          if (id >= 0) covered++;
        }
        for (const tensor of [fragments.barycentrics, fragments.depth, image]) {
          assert.ok(allFinite(tensor), `mesh ${trial}`);
        }
        const loss = (...inputs: tf.Tensor[]) => {
          const [c, a, m] = inputs as [tf.Tensor3D, tf.Tensor3D, tf.Tensor4D];
          return tf.sum(tf.square(draw(c, triangles, a, m).image));
        };
        tf.grads(loss)([clip, attributes, map]).forEach((gradient, i) => {
          assert.ok(!gradient.dataSync().some(Number.isNaN), `mesh ${trial}, gradient ${i}`);
        });
      });
    }
    assert.ok(covered > 300 * 5, `only ${covered} pixels were covered`);
  });

  it("keeps the number of tensors over 300 steps forward and back", () => {
    const { vertices, triangles, uvs } = bumpySphere(1, 0.9);
    const map = tf.tidy(() => tf.fill<tf.Rank.R4>([1, 4, 4, 3], 0.5));
    const light = lightOf(namedLights.studio);
    const step = () =>
      tf.tidy(() => {
        const loss = (v: tf.Tensor, m: tf.Tensor, l: tf.Tensor) => {
          const points = v as tf.Tensor3D;
          const normals = vertexNormals(points, triangles);
          const scene = { vertices: points, normals, triangles, uvs, size, antialias: true };
          const { image, mask } = renderTextured(scene, m as tf.Tensor4D, l as tf.Tensor2D);
          return tf.add(tf.sum(tf.square(image)), tf.sum(mask)) as tf.Scalar;
        };
        const { value, grads } = tf.valueAndGrads(loss)([vertices, map, light]);
        return value.dataSync()[0] + grads[0].dataSync()[0];
      });
    const first = step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 300; i++) {
      assert.equal(step(), first);
      assert.equal(tf.memory().numTensors, before);
    }
    tf.dispose([vertices, triangles, uvs, map, light]);
  });
});
