/** Makes the ray of a place in the picture: the inverse of `projectToImage` in `scene/camera.ts`. */
import type { Camera } from "../scene/camera.js";
import { deviceX, deviceY } from "../scene/viewport.js";
import { aimRay, type Ray } from "./ray.js";

/**
 * Aims a ray from the camera. The ray's length is one step along the camera's axis, so a hit's distance is its depth.
 * @param size side of the picture in pixels
 * @param x,y pixels, origin top left, y down, centres at +0.5
 */
export function aimCameraRay(ray: Ray, camera: Camera, size: number, x: number, y: number): void {
  const { focal, referenceSize, distance, near, far } = camera;
  const slope = referenceSize / 2 / focal;
  ray.origin[0] = 0;
  ray.origin[1] = 0;
  ray.origin[2] = distance;
  ray.direction[0] = slope * deviceX(x, size);
  ray.direction[1] = slope * deviceY(y, size);
  ray.direction[2] = -1;
  ray.least = near;
  ray.most = far;
  aimRay(ray);
}
