import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { renderTextured } from "../../graphics/renderer/render.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import { turnedFace } from "../../testing/turned-face.js";
import { uvSpaceOf } from "../morphable-model/face-uv-space.js";
import { loadMorphableModel } from "../morphable-model/load-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { type FittedFace, poseFittedFace } from "./posed-face.js";
import { unwrapFace, withUnwrappedFace } from "./unwrapped-face.js";

const side = 64;

describe("face/detail/posed-face and unwrapped-face", () => {
  let model: MorphableModel;
  let uvSpace: UvSpace;
  let fitted: FittedFace;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    uvSpace = uvSpaceOf(model, side);
    fitted = await turnedFace(model, uvSpace);
  });
  after(() => {
    model.dispose();
    uvSpace.dispose();
  });

  const greatest = (tensor: tf.Tensor) => tf.tidy(() => tf.max(tf.abs(tensor)).dataSync()[0]);

  it("draws from its fragments the picture that the renderer rasterises anew", () => {
    const face = poseFittedFace(model, fitted);
    const { geometry, fragments, coefficients, image } = face;
    const { triangles, uvs } = model;
    tf.tidy(() => {
      const albedo = tf.clipByValue(
        uvSpace.vertexToUv(model.decodeAlbedo(coefficients.albedo)),
        0,
        1,
      ) as tf.Tensor4D;
      const scene = { ...geometry, triangles, uvs, size: fitted.image.width };
      const anew = renderTextured(scene, albedo, coefficients.light);
      const again = renderTextured({ ...scene, fragments }, albedo, coefficients.light);
      assert.deepEqual(again.image.dataSync(), anew.image.dataSync());
      assert.deepEqual(again.mask.dataSync(), anew.mask.dataSync());
      assert.deepEqual(again.image.dataSync(), image.dataSync());
    });
    assert.equal(fragments.triangleId.isDisposed, false, "the fragments stay their owner's");
    face.dispose();
  });

  it("is T = A · S where a face that has no other detail is seen", () => {
    const face = poseFittedFace(model, fitted);
    const unwrapped = unwrapFace(face, uvSpace, createRandom(1));
    tf.tidy(() => {
      const { texture, visible, bare, priorAlbedo, coarseShading } = unwrapped;
      const seen = tf.mul(visible, tf.mul(bare, uvSpace.uvMask));
      const off = tf.abs(tf.sub(texture, tf.mul(priorAlbedo, coarseShading)));
      const mean = tf.div(tf.sum(tf.mul(off, seen)), tf.mul(3, tf.sum(seen))).dataSync()[0];
      assert.ok(mean < 0.03, `${mean}`);
    });
    unwrapped.dispose();
    face.dispose();
  });

  it("is not bare where the photo's mask is 0", () => {
    const { data, ...mask } = fitted.mask;
    const face = poseFittedFace(model, { ...fitted, mask: { ...mask, data: data.map(() => 0) } });
    const unwrapped = unwrapFace(face, uvSpace, createRandom(1));
    assert.equal(greatest(unwrapped.bare), 0);
    unwrapped.dispose();
    face.dispose();
  });

  it("takes its surface once, and gives every tensor back", async () => {
    const held = tf.memory().numTensors;
    const face = poseFittedFace(model, fitted);
    assert.equal(await face.surface(), await face.surface());
    face.dispose();
    const { size } = await withUnwrappedFace(model, uvSpace, fitted, ({ face: posed }) => posed.surface());
    assert.equal(size, fitted.image.width);
    const failing = withUnwrappedFace(model, uvSpace, fitted, async () => {
      throw new Error("in use");
    });
    await assert.rejects(failing, /in use/);
    assert.equal(tf.memory().numTensors, held);
  });
});
