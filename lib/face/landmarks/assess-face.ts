/**
 * How well a photo shows a face, in numbers, and what speaks against reconstructing it: every limit of the preparation of
 * a photo stands here.
 */
import { toLuma } from "../../base/image/luma.js";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import type { AlignedFace } from "./align-face.js";
import { estimateHeadPose, type HeadPose } from "./head-pose.js";
import { fivePoints } from "./landmarks.js";

export interface FaceLimits {
  /** The detector's score, from which its points can be relied on: below, those of hidden and profile faces go wrong. */
  readonly leastScore: number;
  /** Distance between the eyes' centres in the photo, px: they stand 60 px apart in the crop. */
  readonly leastEyes: number;
  /** Part of the crop that lies inside the photo. */
  readonly leastInside: number;
  /** Turn of the head to either side, radians. */
  readonly mostYaw: number;
  /** See `sharpness`. */
  readonly leastSharpness: number;
}

/**
 * Measured on 40 photos of FFHQ: scores 0.87 to 1.00; sharpness 0.29 to 0.42, and 0.26 to 0.29 once they are shrunk until
 * the eyes are 20 px apart (0.26 to 0.27 at 12 px), so the limit is a photo that holds no more than such a small one.
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
  /** Of the crop, 0.25 for a blur to about 1 for noise. */
  readonly sharpness: number;
  /** What is beyond a limit, each with one line that says by how much; none if the face is good. */
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
  const degrees = (radians: number) => `${Math.round((180 * Math.abs(radians)) / Math.PI)}°`;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const found: [FaceConcern, boolean, string][] = [
    [
      "low-score",
      score !== undefined && score < leastScore,
      `the detector scores it ${score?.toFixed(2)}, ${leastScore} needed`,
    ],
    ["too-small", eyes < leastEyes, `its eyes are ${eyes.toFixed(1)} px apart, ${leastEyes} needed`],
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
    ["blurred", sharpness < leastSharpness, `sharpness ${sharpness.toFixed(2)}, ${leastSharpness} needed`],
  ];
  return Object.fromEntries(found.flatMap(([concern, is, text]) => (is ? [[concern, text]] : [])));
}

/**
 * How fast the picture changes between neighbours, beside four pixels apart: mean absolute differences of luma inside the
 * box of the points, one over the other. A ramp, which is what a strong blur leaves, gives 0.25; an edge between two
 * pixels 0.25 to 0.5 by what is around it; noise gives 1. Contrast and brightness cancel out.
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
