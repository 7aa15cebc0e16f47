/**
 * Says in numbers how well a photo shows a face, and what speaks against reconstructing it. All limits of a photo's
 * preparation stand here.
 */
import { toLuma } from "../../base/image/luma.js";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import type { AlignedFace } from "./align-face.js";
import { estimateHeadPose, type HeadPose } from "./head-pose.js";
import { fivePoints } from "./landmarks.js";

export interface FaceLimits {
  /** Least score of the detector. Below it the points of hidden faces and of profiles are wrong. */
  readonly leastScore: number;
  /** Least distance between the eyes' centres in the photo, px. In the crop they stand 60 px apart. */
  readonly leastEyes: number;
  /** Least part of the crop that must lie inside the photo. */
  readonly leastInside: number;
  /** Largest turn of the head to either side, radians. */
  readonly mostYaw: number;
  /** Least sharpness; see `sharpness`. */
  readonly leastSharpness: number;
}

/**
 * The limits that a photo is held to. 40 photos of FFHQ have scores of 0.87 to 1.00 and a sharpness of 0.29 to
 * 0.42; shrunk until the eyes are 20 px apart they have 0.26 to 0.29 (at 12 px 0.26 to 0.27). So a photo below the
 * limit shows no more detail than such a small one.
 */
export const faceLimits: FaceLimits = {
  leastScore: 0.8,
  leastEyes: 20,
  leastInside: 0.7,
  mostYaw: (65 * Math.PI) / 180,
  leastSharpness: 0.275,
};

export type FaceConcern = "low-score" | "too-small" | "cut-off" | "too-turned" | "blurred";

export interface FaceAssessment {
  /** 0 to 1; none where the points were given by a user. */
  readonly score?: number;
  /** Distance between the eyes' centres in the photo, px. */
  readonly eyes: number;
  /** Part of the crop inside the photo. */
  readonly inside: number;
  readonly pose: HeadPose;
  /** Sharpness of the crop: from 0.25 for a blur to about 1 for noise. */
  readonly sharpness: number;
  /** What is beyond a limit, each in one line that says by how much; empty if the face is good. */
  readonly concerns: Readonly<Partial<Record<FaceConcern, string>>>;
}

/** @param face with its 68 points @param score the detector's, where it found the face */
export function assessFace(
  { image, valid, toCrop, points68InCrop }: AlignedFace,
  score?: number,
  limits: FaceLimits = faceLimits,
): FaceAssessment {
  if (!points68InCrop) throw new Error("assessFace: `face` should be aligned by 68 points but has 5.");
  const [right, left] = fivePoints(points68InCrop);
  const measures = {
    score,
    eyes: Math.hypot(left[0] - right[0], left[1] - right[1]) / toCrop.scale,
    inside: valid.data.reduce((sum, value) => sum + value, 0) / valid.data.length,
    pose: estimateHeadPose(points68InCrop),
    sharpness: sharpness(image, points68InCrop),
  };
  return { ...measures, concerns: concernsOf(measures, limits) };
}

function concernsOf(
  { score, eyes, inside, pose, sharpness }: Omit<FaceAssessment, "concerns">,
  { leastScore, leastEyes, leastInside, mostYaw, leastSharpness }: FaceLimits,
): FaceAssessment["concerns"] {
  const degrees = (radians: number) => `${Math.ceil((180 * Math.abs(radians)) / Math.PI - 1e-9)}°`;
  const percent = (share: number) => `${roundedDown(100 * share, 0)} %`;
  const found: [FaceConcern, boolean, string][] = [
    [
      "low-score",
      score !== undefined && score < leastScore,
      `the detector scores it ${roundedDown(score ?? 0, 2)}, ${leastScore} needed`,
    ],
    ["too-small", eyes < leastEyes, `its eyes are ${roundedDown(eyes, 1)} px apart, ${leastEyes} needed`],
    [
      "cut-off",
      inside < leastInside,
      `${percent(inside)} of it inside the photo, ${percent(leastInside)} needed`,
    ],
    [
      "too-turned",
      Math.abs(pose.yaw) > mostYaw,
      `turned by ${degrees(pose.yaw)}, at most ${degrees(mostYaw)}`,
    ],
    [
      "blurred",
      sharpness < leastSharpness,
      `sharpness ${roundedDown(sharpness, 2)}, ${leastSharpness} needed`,
    ],
  ];
  return Object.fromEntries(found.flatMap(([concern, is, text]) => (is ? [[concern, text]] : [])));
}

/** Text of a number that is below a limit, never rounded up to it: "0.79" for 0.799, where 0.8 is needed. */
export function roundedDown(value: number, digits: number): string {
  return (Math.floor(value * 10 ** digits + 1e-9) / 10 ** digits).toFixed(digits);
}

/**
 * How much the picture changes between neighbouring pixels, divided by how much it changes over four pixels: two mean
 * absolute differences of luma inside the box of the points. A ramp, which a strong blur leaves, gives 0.25; an edge
 * between two pixels gives 0.25 to 0.5, depending on what is around it; noise gives 1. Contrast and brightness cancel
 * out.
 */
export function sharpness(image: RgbImage, points: readonly Point[]): number {
  const { width, height } = image;
  const luma = toLuma(image);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const range = (values: readonly number[], side: number) =>
    [
      Math.max(0, Math.floor(Math.min(...values))),
      Math.min(side - 4, Math.ceil(Math.max(...values))),
    ] as const;
  const [[left, right], [top, bottom]] = [range(xs, width), range(ys, height)];
  let [near, far] = [0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const p = y * width + x;
      for (const step of [1, width]) {
        near += Math.abs(luma[p + step] - luma[p]);
        far += Math.abs(luma[p + 4 * step] - luma[p]);
      }
    }
  }
  return far > 0 ? near / far : 0;
}
