/** Makes a sample with its truth from a scene's record, in one screen. */
import { defaultCamera } from "rerenderable";
import { pixelX, pixelY } from "rerenderable/graphics";
import { verticesOnMap } from "./detail/face-map.js";
import { type FaceDetail, paintFace } from "./detail/paint-face.js";
import { type ComposedScene, composeScene } from "./geometry/compose-scene.js";
import { bestLight } from "./light/best-light.js";
import { lightScene } from "./light/light-scene.js";
import { paintBackground } from "./render/background.js";
import { takePhoto } from "./render/camera-effects.js";
import { faceTexture } from "./render/face-texture.js";
import { createGlass } from "./render/glass.js";
import { renderScene } from "./render/render-scene.js";
import { viewMesh } from "./render/surface.js";
import type { TruthMaps } from "./render/truth-maps.js";
import type { SceneRecord } from "./scene/scene-record.js";
import type { SyntheticAssets } from "./synthetic-assets.js";
import type { SyntheticSample } from "./synthetic-sample.js";

/** How many places across a pixel are looked at. */
const across = 3;
/** How far something may lie behind the nearest surface and still be seen, 10 cm. */
const depthTolerance = 0.02;

/** A texel with a smaller cosine to the camera is not seen: there one pixel smears over many texels. */
const grazing = 0.1;

/** @param size side of the picture in pixels */
export async function renderSample(
  assets: SyntheticAssets,
  scene: SceneRecord,
  size: number,
): Promise<SyntheticSample> {
  if (!Number.isInteger(size) || size < 16) {
    throw new Error(`renderSample: \`size\` should be a whole number of at least 16 px but is ${size}.`);
  }
  const composed = composeScene(assets, scene);
  const detail = paintFace(assets.map, assets.data.triangles, composed.face.albedo, scene.detail);
  const maps = renderMaps(assets, scene, composed, detail, size);
  const { image, triangle: _, size: __, ...kept } = maps;
  const { points, seen } = seeLandmarks(assets, composed, maps);
  return {
    scene,
    size,
    uvSize: detail.size,
    photo: await takePhoto(image, size, scene.camera),
    maps: kept,
    landmarks: points,
    landmarksSeen: seen,
    light: Float32Array.from(scene.light.kind === "harmonics" ? scene.light.light : bestLight(maps)),
    albedo: detail.albedo,
    height: detail.height,
    seenTexels: seeTexels(assets, composed, maps),
  };
}

/** Renders the scene before any camera effects. */
export function renderMaps(
  { data }: SyntheticAssets,
  scene: SceneRecord,
  { mesh, lenses, eyeAxis }: ComposedScene,
  detail: FaceDetail,
  size: number,
): TruthMaps {
  const view = viewMesh(mesh.vertices, mesh.triangles, across * size);
  const surroundings = scene.light.kind === "harmonics" ? null : scene.light.surroundings;
  return renderScene({
    data,
    mesh,
    view,
    texture: faceTexture(detail),
    light: lightScene(scene.light, mesh, view.triangle, scene.detail.oiliness),
    glass: lenses && createGlass(lenses, across * size, scene.spectacles?.dark ?? 0, surroundings),
    eyeAxis,
    background: paintBackground(scene.background, size),
    size,
    across,
  });
}

/** Finds a place of the world in the picture. @returns px, and the distance in front of the camera */
function project(x: number, y: number, z: number, size: number): readonly [number, number, number] {
  const { focal, referenceSize, distance } = defaultCamera;
  const scale = (2 * focal) / referenceSize / (distance - z);
  return [pixelX(scale * x, size), pixelY(scale * y, size), distance - z];
}

/**
 * Whether the face is seen there.
 * @param slant the tangent of the angle between the surface and the picture, by which its depth changes across a
 *   pixel
 */
function isSeen({ size, skin, depth }: TruthMaps, x: number, y: number, away: number, slant = 0): boolean {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (!(column >= 0 && row >= 0 && column < size && row < size)) return false;
  const pixel = row * size + column;
  const pixelWidth = (away * defaultCamera.referenceSize) / defaultCamera.focal / size;
  return skin[pixel] === 1 && away <= depth[pixel] + depthTolerance + pixelWidth * Math.min(slant, 10);
}

function seeLandmarks({ data }: SyntheticAssets, { mesh }: ComposedScene, truth: TruthMaps) {
  const points = new Float32Array(2 * data.landmarks.length);
  const seen = Uint8Array.from(data.landmarks, (v, i) => {
    const [x, y, away] = project(
      mesh.vertices[3 * v],
      mesh.vertices[3 * v + 1],
      mesh.vertices[3 * v + 2],
      truth.size,
    );
    points.set([x, y], 2 * i);
    return Number(isSeen(truth, x, y, away));
  });
  return { points, seen };
}

function seeTexels(
  { data, map }: SyntheticAssets,
  { mesh, faceVertices }: ComposedScene,
  truth: TruthMaps,
): Uint8Array {
  const places = verticesOnMap(map, data.triangles, mesh.vertices.subarray(0, 3 * faceVertices));
  const normals = verticesOnMap(map, data.triangles, mesh.normals.subarray(0, 3 * faceVertices));
  const seen = new Uint8Array(map.skin.length);
  for (let p = 0; p < seen.length; p++) {
    if (!map.skin[p]) continue;
    const [x, y, z] = [places[3 * p], places[3 * p + 1], places[3 * p + 2]];
    const [nx, ny, nz] = [normals[3 * p], normals[3 * p + 1], normals[3 * p + 2]];
    const [column, row, away] = project(x, y, z, truth.size);
    const lengths = Math.sqrt((x * x + y * y + away * away) * (nx * nx + ny * ny + nz * nz));
    const cosine = (away * nz - x * nx - y * ny) / lengths;
    if (cosine <= grazing) continue;
    seen[p] = Number(isSeen(truth, column, row, away, Math.sqrt(1 - Math.min(cosine, 1) ** 2) / cosine));
  }
  return seen;
}
