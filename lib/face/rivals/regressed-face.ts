/**
 * Genova et al. [7]: identity and albedo of a linear model from a regressor that learnt from a recognition network's
 * features (`npm run experiment -- regressor-identity`). Their regressor says nothing of expression, pose and light. So
 * expression and pose are taken from the sample's fit, and the light is the one that then shows the photo best.
 */
import * as tf from "@tensorflow/tfjs";
import { rasterize } from "../../graphics/renderer/rasterize.js";
import { lookUpAlbedo } from "../../graphics/renderer/surface/look-up-albedo.js";
import { type SurfacePicture, takeSurfacePicture } from "../../graphics/renderer/surface/surface-picture.js";
import { surfaceTensors } from "../../graphics/renderer/surface/surface-tensors.js";
import { type Camera, defaultCamera, projectToClip } from "../../graphics/scene/camera.js";
import { bandCount, lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { solvePositiveDefinite } from "../fitting/cholesky.js";
import { coefficientTensors, poseFace } from "../fitting/face-geometry.js";
import { loadCoefficientRegressor } from "../models/trained-regressor.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { paintFace, type Rival } from "./rival.js";

/**
 * @param uvSpace of the samples
 * @param file the regressor's weights
 * @throws in one line that names the file, if it is not there, is damaged, or is of another model
 */
export async function loadRegressedFace(
  model: MorphableModel,
  uvSpace: UvSpace,
  file: string | URL,
  camera: Camera = defaultCamera,
): Promise<Rival> {
  const regressor = await loadCoefficientRegressor(model.data, file);
  return {
    name: "identity regressor",
    reference: 7,
    albedoHoldsLight: false,
    async reconstruct(sample) {
      const { size } = sample.surface;
      const data = Float32Array.from(sample.image, (byte) => byte / 255);
      const { identity, albedo: skin } = await regressor.regress({ width: size, height: size, data });
      const face = { ...sample.coefficients, identity, albedo: skin };
      const { surface, albedo } = await poseRegressed(model, uvSpace, face, size, camera);
      const light = await lightFromPhoto(sample, surface, albedo);
      return { albedo, light, picture: await paintFace(surface, sample.uvSize, albedo, light) };
    },
    dispose: () => regressor.dispose(),
  };
}

async function poseRegressed(
  model: MorphableModel,
  uvSpace: UvSpace,
  face: Coefficients,
  size: number,
  camera: Camera,
): Promise<{ surface: SurfacePicture; albedo: Float32Array }> {
  const { uvs, triangles } = model;
  const { fragments, normals, map } = tf.tidy(() => {
    const c = coefficientTensors([face]);
    const geometry = poseFace(model, c);
    return {
      fragments: rasterize(projectToClip(geometry.vertices, camera), triangles, size, size),
      normals: geometry.normals,
      map: tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(c.albedo)), 0, 1),
    };
  });
  const surface = await takeSurfacePicture({ fragments, normals, uvs, triangles });
  const albedo = (await map.data<"float32">()).slice();
  tf.dispose([{ ...fragments }, normals, map]);
  return { surface, albedo };
}

/** A part of the mean of the normal equations' diagonal. It keeps bands of which the photo says nothing at 0. */
const ridge = 1e-4;

/**
 * The one light under which an albedo is nearest to the photo on `M_face`, by least squares.
 * @param albedo [U * U * 3] @returns SH coefficients, colour-major, [27]
 */
export async function lightFromPhoto(
  { image, mask, uvSize }: Pick<DetailSample, "image" | "mask" | "uvSize">,
  surface: SurfacePicture,
  albedo: Float32Array,
): Promise<Float32Array> {
  const tensors = surfaceTensors([surface], uvSize);
  const looked = tf.tidy(() => lookUpAlbedo(tf.tensor4d(albedo, [1, uvSize, uvSize, 3]), tensors));
  const [colours, basis] = await Promise.all([looked, tensors.basis].map((one) => one.data<"float32">()));
  tf.dispose([looked, { ...tensors }]);
  const light = new Float32Array(lightSize);
  for (let c = 0; c < 3; c++) {
    const normal = new Float64Array(bandCount * bandCount);
    const right = new Float64Array(bandCount);
    surface.pixel.forEach((p, i) => {
      if (mask[p] !== 1) return;
      const reflected = colours[3 * i + c];
      for (let a = 0; a < bandCount; a++) {
        const phi = reflected * basis[bandCount * i + a];
        right[a] += (phi * image[3 * p + c]) / 255;
        for (let b = 0; b <= a; b++) normal[bandCount * a + b] += phi * reflected * basis[bandCount * i + b];
      }
    });
    const trace = Array.from({ length: bandCount }, (_, a) => normal[(bandCount + 1) * a]);
    const hold = (ridge * trace.reduce((sum, value) => sum + value, 0)) / bandCount + 1e-9;
    for (let a = 0; a < bandCount; a++) normal[(bandCount + 1) * a] += hold;
    light.set(solvePositiveDefinite(normal, right), bandCount * c);
  }
  return light;
}
