/** The face detector: boxes, scores and 68 points of every face in a photo. */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import type { FaceNets } from "./face-nets.js";
import { type Box, type FaceBox, findBoxes } from "./find-boxes.js";
import type { FivePoints } from "./landmarks.js";
import { locateFromFive, locatePoints } from "./locate-points.js";

export interface DetectedFace extends FaceBox {
  /** 68 points, iBUG / Multi-PIE order, in px of the photo. */
  readonly points: readonly Point[];
}

/** Owns the weights of two networks until it is disposed. */
export interface FaceDetector {
  /**
   * Finds every face with its points, highest score first. The list is empty if there is none.
   * @param minimumScore boxes below are dropped; 0.3 by default. Whether a face is good enough is decided by
   * `chooseFace`
   */
  detect(image: RgbImage, minimumScore?: number): Promise<DetectedFace[]>;
  /** Finds only the boxes. This is the quick half: choose a face first, then ask for its points. */
  findBoxes(image: RgbImage, minimumScore?: number): Promise<FaceBox[]>;
  /** Finds the 68 points of the face in a box, in px of the photo. */
  locatePoints(image: RgbImage, box: Box): Promise<Point[]>;
  /** Finds the 68 points of a face whose five points are known, in px of the photo. */
  locateFromFive(image: RgbImage, five: FivePoints): Promise<Point[]>;
  dispose(): void;
}

/** Boxes below this score are not even named in an error. */
const lowestScore = 0.3;

/** @param nets the detector disposes them */
export function createFaceDetector(nets: FaceNets): FaceDetector {
  return {
    async detect(image, minimumScore = lowestScore) {
      const faces: DetectedFace[] = [];
      for (const face of await findBoxes(nets, image, minimumScore)) {
        faces.push({ ...face, points: await locatePoints(nets, image, face.box) });
      }
      return faces;
    },
    findBoxes: (image, minimumScore = lowestScore) => findBoxes(nets, image, minimumScore),
    locatePoints: (image, box) => locatePoints(nets, image, box),
    locateFromFive: (image, five) => locateFromFive(nets, image, five),
    dispose() {
      void nets.dispose();
    },
  };
}
