/** Says whether a fit can be trusted. If not, each reason is one line. */
import type { MaskImage, Point } from "../../base/image/rgb-image.js";
import { seenBrightness } from "../../graphics/scene/light-prior.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { FitUncertainty } from "./fit-uncertainty.js";
import { jawCount } from "./landmark-problem.js";

export interface FitQuality {
  readonly verdict: "good" | "doubtful";
  /** What speaks against the fit; empty if it is good. */
  readonly reasons: readonly string[];
}

export interface FitMeasures {
  readonly coefficients: Coefficients;
  /**
   * The 68 points that were asked for (`points`) and those of the fitted face (`projected`), px of a picture of side
   * `size`.
   */
  readonly points: readonly Point[];
  readonly projected: readonly Point[];
  readonly size: number;
  readonly mask: MaskImage;
  readonly projectedMask: MaskImage;
  /** Root mean square difference of model and picture on skin, encoded sRGB. */
  readonly residual: number;
  readonly uncertainty: FitUncertainty;
}

/**
 * A fit beyond one of these limits is doubtful. On the last 40 of 120 photos of FFHQ, with the face parser's mask, 5
 * fits are: two whose picture differs too much (below 21 dB), two heads turned by more than 40°, and one face that is
 * 29 % hidden.
 */
export const qualityLimits = {
  /** A residual of 0.09 is a PSNR of 21 dB. */
  residual: 0.09,
  /** Least part of the projected skin that the mask must keep. */
  maskShare: 0.75,
  /** Radians. Beyond this the far side of the face is a guess. */
  yaw: (40 * Math.PI) / 180,
  /** Mean distance of the 51 inner points, px at 224. */
  landmarks: 2,
  /** Root mean square of identity; 1 is a typical face. */
  identity: 1.3,
  /** Least and largest mean shading of the surface that faces the viewer. */
  brightness: [0.5, 1.6],
} as const;

export function judgeFit(measures: FitMeasures): FitQuality {
  const { coefficients, residual, mask, projectedMask, uncertainty } = measures;
  const sum = ({ data }: MaskImage) => data.reduce((total, value) => total + value, 0);
  const share = sum(mask) / Math.max(sum(projectedMask), 1);
  const landmarks = landmarkDistance(measures);
  const yaw = coefficients.angles[1];
  const identity = Math.sqrt(
    coefficients.identity.reduce((total, v) => total + v * v, 0) / coefficients.identity.length,
  );
  const brightness = seenBrightness(Array.from(coefficients.light));
  const limits = qualityLimits;
  const degrees = Math.round((Math.abs(yaw) * 180) / Math.PI);
  const found: [boolean, string][] = [
    [!Number.isFinite(uncertainty.depthSigma), "The fit is not determined."],
    [residual > limits.residual, `The face explains the picture to ${residual.toFixed(2)} only.`],
    [share < limits.maskShare, `Only ${Math.round(100 * share)} % of the face are taken for bare skin.`],
    [Math.abs(yaw) > limits.yaw, `The face is turned by ${degrees}°: its far side is a guess.`],
    [landmarks > limits.landmarks, `The face misses its landmarks by ${landmarks.toFixed(1)} px.`],
    [identity > limits.identity, `The face is unusual: rms identity ${identity.toFixed(2)}.`],
    [
      brightness < limits.brightness[0] || brightness > limits.brightness[1],
      `The light is unusual (mean shading ${brightness.toFixed(2)}): skin may be fairer or darker than it is shown.`,
    ],
  ];
  const reasons = found.flatMap(([is, text]) => (is ? [text] : []));
  return { verdict: reasons.length > 0 ? "doubtful" : "good", reasons };
}

/** Mean distance of the 51 inner points, px at 224. */
function landmarkDistance({ points, projected, size }: FitMeasures): number {
  const inner = points.slice(jawCount);
  const sum = inner.reduce((total, [x, y], j) => {
    const [u, v] = projected[jawCount + j];
    return total + Math.hypot(x - u, y - v);
  }, 0);
  return (sum / inner.length) * (224 / size);
}
