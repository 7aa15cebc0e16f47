/** Draws a scene, differentiably, and maps surfaces flat. This floor knows no faces. */

// scene/

export {
  type Camera,
  defaultCamera,
  projectToClip,
  projectToImage,
  type ShiftedCamera,
} from "./scene/camera.js";
export { type EnvironmentLightOptions, encodedLight, environmentLight } from "./scene/environment-light.js";
export { type EnvironmentMap, readEnvironmentMap } from "./scene/environment-map.js";
export {
  addLights,
  ambientLight,
  directionalLight,
  type Light,
  type Matrix,
  rotateLight,
  shadingAt,
  type Vector,
} from "./scene/light.js";
export {
  type GaussianLight,
  type GaussianLightOptions,
  type LightColour,
  type LightStatistics,
  lightPrior,
  negativeShare,
  type SampleLightOptions,
  sampleLight,
  seenBrightness,
} from "./scene/light-prior.js";
export {
  type EnvironmentLight,
  type EnvironmentLightName,
  environmentLightNames,
  environmentLights,
  type LightName,
  namedLights,
} from "./scene/named-lights.js";
export {
  cameraOfSquare,
  modelToCamera,
  type PhotoCamera,
  photoCamera,
} from "./scene/photo-camera.js";
export { rotationMatrix, transformVertices } from "./scene/pose.js";
export { ambientWhite, bandCount, lightSize, shBasis, shFactors } from "./scene/spherical-harmonics.js";
export { deviceX, deviceY, pixelX, pixelY } from "./scene/viewport.js";

// renderer/

export type { Fragments } from "./renderer/fragments.js";
export { interpolate } from "./renderer/interpolate.js";
export { antialias } from "./renderer/outline/antialias.js";
export { type RasterizeOptions, rasterize } from "./renderer/rasterize.js";
export { compositeOver, renderGeometry, renderTextured, renderVertexColoured } from "./renderer/render.js";
export { renderPerVertex } from "./renderer/render-per-vertex.js";
export type { GeometryPictures, Rendering, Scene, TexturedScene } from "./renderer/rendering.js";
export { sampleTexture } from "./renderer/sample-texture.js";
export { shade, shading } from "./renderer/shade/shade.js";
export { vertexNormals } from "./renderer/vertex-normals.js";
export { findVisible, type VisibilityOptions } from "./renderer/visibility.js";

// ray-tracer/

export { type Bvh, buildBvh } from "./ray-tracer/bvh.js";
export { aimCameraRay } from "./ray-tracer/camera-ray.js";
export type {
  DirectionalSource,
  HarmonicSource,
  LightSource,
  PointSource,
} from "./ray-tracer/light-source.js";
export { aimRay, createHit, createRay, type Hit, type Ray } from "./ray-tracer/ray.js";
export { renderTruth, type TruthOptions } from "./ray-tracer/render-truth.js";
export { type SpecularLobe, specularReflection } from "./ray-tracer/specular-lobe.js";
export { findNearest, isBlocked } from "./ray-tracer/trace.js";
export type { AlbedoMap, TracedMesh, VertexAlbedo } from "./ray-tracer/traced-mesh.js";
export type { TruthRendering } from "./ray-tracer/truth-rendering.js";

// uv/

export { countBands } from "./uv/size-bands.js";
export { type UnwrapInput, type UnwrappedTexture, unwrapTexture } from "./uv/unwrap-texture.js";
export { createUvSpace, type UvMesh, type UvSpace } from "./uv/uv-space.js";
