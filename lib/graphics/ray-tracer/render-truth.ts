/**
 * Draws a picture by ray tracing, in double precision: an independent source of truth for tests and data. It shares
 * conventions with `renderer/` (camera, pixels, light) but no code. It knows cast shadows, lamps and highlights, and
 * has no gradients.
 *
 * It multiplies and adds what it is given. Light adds in linear light: give a linear albedo (`srgbToLinear`) and the
 * picture is linear (`linearToSrgb` shows it). With an encoded albedo and a harmonic light alone it is the paper's
 * Eq. 3 on encoded values, as `renderer/` draws it.
 */

import { createRandom, type Random } from "../../base/tensor/random.js";
import { type Camera, defaultCamera } from "../scene/camera.js";
import { type Bvh, buildBvh } from "./bvh.js";
import { aimCameraRay } from "./camera-ray.js";
import { checkSource, type HarmonicSource, type LightSource, type ShadowedLight } from "./light-source.js";
import { createHit, createRay } from "./ray.js";
import { createShadedPoint, createShadowProbe, type ShadingScene, shadeSurface } from "./shade-surface.js";
import { checkLobe, type SpecularLobe } from "./specular-lobe.js";
import { createSurface, readSurface } from "./surface.js";
import { findNearest } from "./trace.js";
import { type ReadyMesh, readyMesh, type TracedMesh } from "./traced-mesh.js";
import {
  addSample,
  blankRendering,
  finishRendering,
  type TruthRendering,
  writeCentre,
} from "./truth-rendering.js";

export interface TruthOptions {
  /** Side of the picture in pixels. */
  readonly size: number;
  readonly camera?: Camera;
  /** Whether surfaces seen from behind are left out of the picture; true by default. They still throw shadows. */
  readonly cullBackFaces?: boolean;
  /** The mesh's highlights; none by default. */
  readonly specular?: SpecularLobe;
  /**
   * The number of rays a pixel, a square number; 1 by default. One ray goes through each cell of a square grid; a
   * single ray goes through the pixel's centre.
   */
  readonly samples?: number;
  /** The number of shadow rays toward a light that has an extent, a square number; 1 by default. */
  readonly shadowSamples?: number;
  /** Decides where rays lie in their cells; 0 by default. */
  readonly seed?: number;
  /** The result of `buildBvh` for the mesh, if several pictures are made of it. */
  readonly bvh?: Bvh;
}

/**
 * Triangles without area or with a corner that is not finite are not drawn; parts nearer than near, past far or
 * behind the camera are cut off exactly there.
 * @throws one line that names the argument, what was expected and what came
 */
export function renderTruth(
  mesh: TracedMesh,
  lights: readonly LightSource[],
  options: TruthOptions,
): TruthRendering {
  const ready = readyMesh("renderTruth", mesh);
  const { size, samples = 1, seed = 0 } = options;
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`renderTruth: \`size\` should be a whole number of pixels above 0 but is ${size}.`);
  }
  const side = squareRoot("samples", samples);
  const random = createRandom(seed);
  const scene = shadingScene(ready, lights, options, random);
  const seen = createView(ready, scene, options);
  const rendering = blankRendering(size, scene.shadowed.length);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    if (seen.look(x + 0.5, y + 0.5)) {
      writeCentre(rendering, pixel, seen.hit, seen.surface);
      if (side === 1) addSample(rendering, pixel, seen.shade());
    }
    for (let k = 0; k < samples && side > 1; k++) {
      const [dx, dy] = [(k % side) + random.uniform(), Math.floor(k / side) + random.uniform()];
      if (seen.look(x + dx / side, y + dy / side)) addSample(rendering, pixel, seen.shade());
    }
  }
  finishRendering(rendering, samples);
  return rendering;
}

function shadingScene(
  { vertices, triangles }: ReadyMesh,
  lights: readonly LightSource[],
  { specular, shadowSamples = 1, bvh = buildBvh(vertices, triangles) }: TruthOptions,
  random: Random,
): ShadingScene {
  if (specular) checkLobe("renderTruth", specular);
  for (const light of lights) checkSource("renderTruth", light);
  return {
    bvh,
    harmonics: lights.filter((light): light is HarmonicSource => light.kind === "harmonics"),
    shadowed: lights.filter((light): light is ShadowedLight => light.kind !== "harmonics"),
    specular,
    shadowSide: squareRoot("shadowSamples", shadowSamples),
    random,
  };
}

/**
 * Looks at one place of the picture after the other: what is seen there, and how it is lit. All records are used
 * again.
 */
function createView(mesh: ReadyMesh, scene: ShadingScene, options: TruthOptions) {
  const { size, camera = defaultCamera, cullBackFaces = true } = options;
  const [ray, hit, surface] = [createRay(), createHit(), createSurface()];
  const [probe, shaded] = [createShadowProbe(), createShadedPoint(scene.shadowed.length)];
  const view = new Float64Array(3);
  // Rounding errors are about 1e-16 of the coordinates.
  const offset =
    1e-9 * scene.bvh.bounds.subarray(0, 6).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  ray.cullBackFaces = cullBackFaces;
  return {
    hit,
    surface,
    look(x: number, y: number): boolean {
      aimCameraRay(ray, camera, size, x, y);
      if (!findNearest(scene.bvh, ray, hit)) return false;
      readSurface(mesh, hit, offset, surface);
      return true;
    },
    shade() {
      const length = Math.hypot(...ray.direction);
      for (let i = 0; i < 3; i++) view[i] = -ray.direction[i] / length;
      shadeSurface(scene, surface, view, probe, shaded);
      return shaded;
    },
  };
}

function squareRoot(name: string, value: number): number {
  const root = Math.sqrt(value);
  if (Number.isInteger(root) && root > 0) return root;
  throw new Error(`renderTruth: \`${name}\` should be a square number (1, 4, 9, ...) but is ${value}.`);
}
