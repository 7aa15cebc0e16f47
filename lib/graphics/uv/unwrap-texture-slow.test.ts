import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { loadEmbeddedModel } from "../../face/morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../../face/morphable-model/morphable-model.js";
import { rasterize } from "../renderer/rasterize.js";
import { vertexNormals } from "../renderer/vertex-normals.js";
import { defaultCamera, projectToClip, projectToImage } from "../scene/camera.js";
import { transformVertices } from "../scene/pose.js";
import { type UnwrapInput, unwrapTexture } from "./unwrap-texture.js";
import { createUvSpace, type UvSpace } from "./uv-space.js";

const size = 224;
const side = 128;
const texels = side * side;

describe("graphics/uv/unwrap-texture", () => {
  let model: MorphableModel;
  let uvSpace: UvSpace;

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    uvSpace = createUvSpace({ ...model, skinTriangle: model.data.skinTriangle }, side);
  });

  after(() => {
    uvSpace.dispose();
    model.dispose();
  });

  /** The mean face under a picture that tells the place: red 0.3 + 0.4 x / S, green 0.3 + 0.4 y / S. */
  function turnedFace(yaw: number, shift = 0): UnwrapInput {
    return tf.tidy(() => {
      const shape = model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64]));
      const vertices = transformVertices(shape, tf.tensor2d([[0, yaw, 0]]), tf.tensor2d([[shift, 0, 0]]));
      const fragments = rasterize(projectToClip(vertices), model.triangles, 2 * size, 2 * size);
      const place = (p: number) => 0.3 + (0.4 * (p + 0.5)) / size;
      const image = Float32Array.from({ length: size * size * 3 }, (_, i) => {
        const p = Math.floor(i / 3);
        return [place(p % size), place(Math.floor(p / size)), 0.5][i % 3];
      });
      return {
        image: tf.tensor4d(image, [1, size, size, 3]),
        vertices,
        normals: vertexNormals(vertices, model.triangles),
        fragments,
        camera: defaultCamera,
      } as UnwrapInput & tf.TensorContainer;
    });
  }

  const free = ({ image, vertices, normals, fragments }: UnwrapInput) =>
    tf.dispose([image, vertices, normals, ...Object.values(fragments)]);

  /** The maps in plain numbers. */
  function unwrapped(input: UnwrapInput, seed = 1) {
    const { texture, visible } = unwrapTexture(input, uvSpace, createRandom(seed));
    const plain = {
      texture: texture.dataSync<"float32">().slice(),
      visible: visible.dataSync<"float32">().slice(),
    };
    tf.dispose([texture, visible]);
    return plain;
  }

  /** Of each texel its point on the mean face, whether it faces the camera, its place in the picture. */
  function texelGeometry(input: UnwrapInput) {
    return tf.tidy(() => {
      const model_ = uvSpace.vertexToUv(model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64])));
      const position = uvSpace.vertexToUv(input.vertices);
      const toCamera = tf.sub(tf.tensor1d([0, 0, defaultCamera.distance]), position);
      const facing = tf.sum(tf.mul(toCamera, uvSpace.vertexToUv(input.normals)), 3);
      const flat = tf.reshape<tf.Rank.R3>(position, [1, texels, 3]);
      return {
        rest: model_.dataSync().slice(),
        facing: facing.dataSync().slice(),
        pixels: projectToImage(flat, defaultCamera, size).dataSync().slice(),
      };
    });
  }

  it("gives each visible texel the colour of the place to which it projects", () => {
    const input = turnedFace(0.3);
    const { texture, visible } = unwrapped(input);
    const { pixels } = texelGeometry(input);
    let worst = 0;
    for (let p = 0; p < texels; p++) {
      if (!visible[p]) continue;
      const [x, y] = [pixels[2 * p], pixels[2 * p + 1]];
      worst = Math.max(
        worst,
        Math.abs(texture[3 * p] - 0.3 - (0.4 * x) / size),
        Math.abs(texture[3 * p + 1] - 0.3 - (0.4 * y) / size),
        Math.abs(texture[3 * p + 2] - 0.5),
      );
    }
    assert.ok(worst < 1e-4, `off by ${worst}`);
    free(input);
  });

  it("sees the near cheek and not the far one at a yaw of 40°, nor anything that is turned away", () => {
    // The nose points to the viewer's right: the side of positive x is the far one.
    const input = turnedFace((40 * Math.PI) / 180);
    const { visible } = unwrapped(input);
    const { rest, facing } = texelGeometry(input);
    const skin = uvSpace.uvMask.dataSync();
    const share = (wanted: (p: number) => boolean) => {
      const chosen = Array.from({ length: texels }, (_, p) => p).filter((p) => skin[p] && wanted(p));
      return chosen.reduce((sum, p) => sum + visible[p], 0) / chosen.length;
    };
    const [near, far] = [share((p) => rest[3 * p] < -0.4), share((p) => rest[3 * p] > 0.6)];
    assert.ok(near > 0.9 && far < 0.05, `near ${near}, far ${far}`);
    assert.equal(
      share((p) => facing[p] < 0),
      0,
    );
    // What faces the camera but lies behind the nose is hidden too.
    const shadowed = Array.from({ length: texels }, (_, p) => p).filter(
      (p) => skin[p] && facing[p] > 0.3 * defaultCamera.distance && !visible[p],
    ).length;
    assert.ok(shadowed > 20, `${shadowed} texels behind the nose`);
    free(input);
  });

  it("sees the whole front of a frontal face, left and right alike", () => {
    const input = turnedFace(0);
    const { visible } = unwrapped(input);
    const { rest } = texelGeometry(input);
    const covered = uvSpace.covered.dataSync();
    let [front, seen, different] = [0, 0, 0];
    for (let p = 0; p < texels; p++) {
      if (visible[p]) assert.equal(covered[p], 1);
      if (covered[p] && visible[p] !== visible[p - (p % side) + side - 1 - (p % side)]) different++;
      if (!covered[p] || Math.abs(rest[3 * p]) > 0.35 || Math.abs(rest[3 * p + 1]) > 0.5) continue;
      if (uvSpace.uvMask.dataSync()[p]) {
        front++;
        seen += visible[p];
      }
    }
    assert.ok(seen / front > 0.9, `${seen} of ${front}`);
    assert.ok(different / texels < 0.01, `${different} texels differ from their mirror image`);
    free(input);
  });

  it("does not see what lies out of the picture", () => {
    const input = turnedFace(0, 0.9);
    const { visible } = unwrapped(input);
    const { pixels } = texelGeometry(input);
    let outside = 0;
    for (let p = 0; p < texels; p++) {
      if (pixels[2 * p] < size) continue;
      outside++;
      assert.equal(visible[p], 0);
    }
    assert.ok(outside > 1000, "part of the face is out of the picture");
    free(input);
  });

  it("fills the hidden with noise of the visible texture's mean and spread by channel", () => {
    const input = turnedFace((40 * Math.PI) / 180);
    const { texture, visible } = unwrapped(input);
    const statistics = (wanted: number, channel: number) => {
      const values = Array.from({ length: texels }, (_, p) => p)
        .filter((p) => visible[p] === wanted)
        .map((p) => texture[3 * p + channel]);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
      return [mean, spread] as const;
    };
    for (const channel of [0, 1, 2]) {
      const [seen, filled] = [statistics(1, channel), statistics(0, channel)];
      assert.ok(Math.abs(seen[0] - filled[0]) < 0.005, `means ${seen[0]} and ${filled[0]}`);
      assert.ok(Math.abs(seen[1] - filled[1]) < 0.005, `spreads ${seen[1]} and ${filled[1]}`);
    }
    assert.ok(texture.every((value) => value >= 0 && value <= 1));
    free(input);
  });

  it("draws the same noise from the same seed, other noise from another, and none on what is seen", () => {
    const input = turnedFace(0.3);
    const [first, again, other] = [unwrapped(input, 1), unwrapped(input, 1), unwrapped(input, 2)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first.texture, other.texture);
    assert.deepEqual(first.visible, other.visible);
    for (let p = 0; p < texels; p++) {
      if (first.visible[p]) assert.equal(first.texture[3 * p], other.texture[3 * p]);
    }
    free(input);
  });

  it("gives a texture that is finite where nothing at all is seen", () => {
    const input = turnedFace(Math.PI);
    const { texture, visible } = unwrapped(input);
    assert.ok(texture.every(Number.isFinite));
    // The inside of the mouth does look backward, through its culled far wall; skin does not.
    const skin = uvSpace.uvMask.dataSync();
    assert.ok(visible.reduce((sum, value, p) => sum + value * skin[p], 0) < 0.02 * texels);
    free(input);
  });

  it("names a wrong shape and leaves no tensors behind", () => {
    const input = turnedFace(0);
    const held = tf.memory().numTensors;
    unwrapped(input);
    assert.throws(
      () => unwrapTexture({ ...input, normals: tf.zeros([1, 3, 3]) }, uvSpace, createRandom(1)),
      /unwrapTexture: `normals` should have shape/,
    );
    assert.equal(tf.memory().numTensors, held + 1, "the zeros of this test");
    free(input);
  });
});
