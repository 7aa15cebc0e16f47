/** Samples side by side, as a training step takes them. */
import type { Sample, SampleTruth } from "../dataset.js";

/** `B` samples of side `S`. */
export interface Batch {
  /** The number of the step, counted from 0 through all epochs. */
  readonly step: number;
  readonly ids: readonly string[];
  readonly identities: readonly (string | undefined)[];
  /** [B, S, S, 3] encoded sRGB, 0 to 1. */
  readonly images: Float32Array;
  /** [B, S, S, 1] */
  readonly masks: Float32Array;
  /** [B, 68, 2] px. */
  readonly points: Float32Array;
  /** The truth of each sample that has one. */
  readonly truth: readonly (SampleTruth | undefined)[];
}

/** @throws where the samples are not of one size */
export function stackSamples(step: number, samples: readonly Sample[]): Batch {
  const [first] = samples;
  if (!first) throw new Error("stackSamples: `samples` should have at least one sample but is empty.");
  const { width, height } = first.image;
  const odd = samples.find(({ image, mask }) => image.width !== width || mask.width !== width);
  if (odd) {
    throw new Error(
      `stackSamples: \`samples\` should all be ${width} x ${height} px but ${odd.id} is ${odd.image.width} x ${odd.image.height}.`,
    );
  }
  return {
    step,
    ids: samples.map(({ id }) => id),
    identities: samples.map(({ identity }) => identity),
    images: joined(samples.map(({ image }) => image.data)),
    masks: joined(samples.map(({ mask }) => mask.data)),
    points: Float32Array.from(samples.flatMap(({ points }) => points.flat())),
    truth: samples.map(({ truth }) => truth),
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
