/**
 * A fitted face before the camera, posed and rasterised once. Everything that is made of the face afterwards, samples, maps
 * and pictures, starts from this record.
 */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage, Point, RgbImage } from "../../base/image/rgb-image.js";
import type { Fragments } from "../../graphics/renderer/fragments.js";
import { rasterize } from "../../graphics/renderer/rasterize.js";
import { type SurfacePicture, takeSurfacePicture } from "../../graphics/renderer/surface/surface-picture.js";
import { type Camera, defaultCamera, projectToClip } from "../../graphics/scene/camera.js";
import {
  type CoefficientTensors,
  coefficientTensors,
  type FaceGeometry,
  poseFace,
} from "../fitting/face-geometry.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";

/** What is known of a face once it is fitted (section 4.1). */
export interface FittedFace {
  readonly id: string;
  /** `I`, the aligned face, square, S px. */
  readonly image: RgbImage;
  /** Where the photo shows bare skin, at its size: `M_parsing`, or `M_face`. */
  readonly mask: MaskImage;
  /** The 68 points, px of the picture. */
  readonly points: readonly Point[];
  readonly coefficients: Coefficients;
  /** Of a rendering: its true albedo in uv space, of U times a whole number. */
  readonly trueAlbedo?: RgbImage;
}

/** A batch of one. Owns its tensors: `dispose()` frees them. */
export interface PosedFace {
  readonly model: MorphableModel;
  readonly fitted: FittedFace;
  readonly camera: Camera;
  /** `I`, encoded sRGB, [1, S, S, 3]. */
  readonly image: tf.Tensor4D;
  readonly coefficients: CoefficientTensors;
  readonly geometry: FaceGeometry;
  /** What the camera sees, at S px; and at 2 S, by which the texture is unwrapped. */
  readonly fragments: Fragments;
  readonly fineFragments: Fragments;
  /** The face as the losses draw it; taken at the first call. */
  surface(): Promise<SurfacePicture>;
  dispose(): void;
}

export function poseFittedFace(
  model: MorphableModel,
  fitted: FittedFace,
  camera: Camera = defaultCamera,
): PosedFace {
  const { uvs, triangles } = model;
  const size = fitted.image.width;
  const tensors = tf.tidy(() => {
    const coefficients = coefficientTensors([fitted.coefficients]);
    const geometry = poseFace(model, coefficients);
    const clip = projectToClip(geometry.vertices, camera);
    return {
      image: tf.tensor4d(fitted.image.data, [1, size, size, 3]),
      coefficients,
      geometry,
      fragments: rasterize(clip, triangles, size, size),
      fineFragments: rasterize(clip, triangles, 2 * size, 2 * size),
    };
  });
  let surface: Promise<SurfacePicture> | undefined;
  return {
    model,
    fitted,
    camera,
    ...tensors,
    surface() {
      const { fragments, geometry } = tensors;
      surface ??= takeSurfacePicture({ fragments, normals: geometry.normals, uvs, triangles });
      return surface;
    },
    dispose() {
      tf.dispose(tensors);
    },
  };
}
