/** Brings a head before the camera and draws it by ray tracing, in linear light, as a photo and without light. */
import {
  ambientWhite,
  type Camera,
  defaultCamera,
  linearToSrgb,
  type RgbImage,
  rotationMatrix,
} from "rerenderable";
import {
  type Bvh,
  buildBvh,
  type LightSource,
  renderTruth,
  type TracedMesh,
  type TruthRendering,
} from "rerenderable/graphics";
import { carry, type Similarity3 } from "./align-points.js";
import type { ScannedHead } from "./scanned-head.js";

/** A head in the world, ready to be drawn under any light. */
export interface PosedHead {
  readonly mesh: TracedMesh;
  readonly bvh: Bvh;
}

/**
 * @param placement carries the head's own frame to that of the face model
 * @param yaw in radians, positive turns the nose to the viewer's right
 */
export function poseHead(
  { vertices, triangles, albedo }: ScannedHead,
  placement: Similarity3,
  yaw = 0,
): PosedHead {
  const turn = { scale: 1, rotation: rotationMatrix([0, yaw, 0]), translation: [0, 0, 0] } as const;
  const world = new Float64Array(vertices.length);
  for (let v = 0; v < world.length; v += 3)
    world.set(carry(turn, carry(placement, [vertices[v], vertices[v + 1], vertices[v + 2]])), v);
  return { mesh: { vertices: world, triangles, albedo }, bvh: buildBvh(world, triangles) };
}

export interface HeadPicture {
  /** Encoded sRGB, the head before plain grey. */
  readonly image: RgbImage;
  readonly rendering: TruthRendering;
}

/**
 * The face model's own camera, with a shorter lens: the perspective is that of the fit, and the picture, of 2.9 units
 * (29 cm) at the origin, shows all of a head with some margin, as photos do.
 */
export const photoCamera: Camera = { ...defaultCamera, focal: 0.75 * defaultCamera.focal };

/** The grey around the head, encoded. */
const surroundings = 0.5;

/**
 * @param size side of the picture, px
 * @param samples rays a pixel, a square number
 */
export function drawHead(
  { mesh, bvh }: PosedHead,
  lights: readonly LightSource[],
  size: number,
  samples = 4,
): HeadPicture {
  const rendering = renderTruth(mesh, lights, { size, samples, bvh, camera: photoCamera });
  const { image, mask } = rendering;
  const data = image.map((value, i) => {
    // A light of order 2 may be a little below 0 where it is dark.
    const encoded = linearToSrgb(Math.min(Math.max(value, 0), 1));
    const covered = mask[Math.floor(i / 3)];
    return encoded * covered + surroundings * (1 - covered);
  });
  return { image: { width: size, height: size, data }, rendering };
}

/** The albedo itself: light of strength 1 from everywhere. */
export const withoutLight: readonly LightSource[] = [{ kind: "harmonics", light: ambientWhite }];
