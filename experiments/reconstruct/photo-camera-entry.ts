/** What `coefficients.json` says of the photo: where the crop was taken from it, and the camera that sees the face in it. */
import { defaultCamera, type Photo, type Reconstruction, type Vector } from "rerenderable";
import { metresPerUnit, photoToCrop } from "rerenderable/face";
import { modelToCamera, photoCamera } from "rerenderable/graphics";

/**
 * Pixels are those of the upright photo at its own size: origin top left, y down, centres at +0.5.
 *
 * - `toCrop` carries a pixel `p` of the photo to `scale · R(rotation) · p + translation` of the crop, which is `cropSize`
 *   px wide; rotation in radians, positive from x toward y, which is clockwise to the eye.
 * - `camera` sees a vertex `m` of `face.obj` or `face.glb`, metres, at `focal · (x, y) / z + principalPoint` px, where
 *   `(x, y, z) = rotation · m + translation`: x right, y down, z away from the viewer, as in OpenCV.
 */
export function photoCameraEntry({ aligned, fit }: Reconstruction, { width, height, scale }: Photo) {
  const toCrop = photoToCrop(aligned, scale);
  const cropSize = aligned.image.width;
  const camera = photoCamera(defaultCamera, toCrop, cropSize);
  const { angles, translation } = fit.coefficients;
  const vector = ([x, y, z]: Float32Array): Vector => [x, y, z];
  const pose = modelToCamera(camera, vector(angles), vector(translation));
  return {
    width: Math.round(width / scale),
    height: Math.round(height / scale),
    cropSize,
    toCrop,
    camera: {
      focal: camera.focal,
      principalPoint: camera.principalPoint,
      rotation: pose.rotation,
      translation: pose.translation.map((value) => value * metresPerUnit),
    },
  };
}
