/**
 * The outputs decide where the photo's unexplained detail goes. Of band `b` of it, `u_b`, the albedo takes the part `w_b`,
 * the light the part `v_b`; what is left is neither: hair, rims, a hand before the face.
 *
 *     A′ = limit(A exp(Σ_b w_b u_b + n c))      L′ = g L + l,  g = exp(Σ_b v_b u_b)
 *
 * The parts are a softmax over the output "shares"; `c` (0.7 times the output "albedo") and `l` (the output "light") are
 * smooth corrections, which the network makes on coarser maps; `n` is how much of a texel's surroundings is seen, so that the prior
 * albedo stands where nothing is. Where all parts are albedo's or light's, and nothing is
 * corrected, `A′ S′ = A S exp(u)` is the photo, however they are divided and whatever the size of the maps. It is not where
 * `A S` is nearly black, and not at the rim of what is seen (`detail-bands.ts`), nor where `A′` would be brighter than 0.9.
 */
import type { NetworkArrays } from "../../networks/trainable-network.js";
import type { Base, BaseMaps } from "./base-maps.js";
import { cutDetail, type DetailBands } from "./detail-bands.js";
import { addLight, gainGradient } from "./scaled-light.js";

/**
 * Added to the outputs before the softmax, for albedo, light and neither, so that outputs of 0 are a sensible decision:
 * of the coarsest band a twentieth is albedo and nine tenths are light, of the others half is albedo and half light.
 */
const neutral = { fine: [0, 0, -3], coarsest: [0, 3, 0] } as const;

/** The largest correction of the albedo, in logarithms: a factor of two. */
const correction = 0.7;

/** The prior albedo is kept this far from 0, from where no factor could move it. */
const margin = 0.01;

/** From here on what is brighter comes nearer and nearer to 1 without reaching it; below, it stays as it is. */
const knee = 0.9;
const limit = (x: number) => (x < knee ? x : 1 - (1 - knee) * Math.exp((knee - x) / (1 - knee)));
const limitSlope = (x: number) => (x < knee ? 1 : Math.exp((knee - x) / (1 - knee)));

export const bandsBase: Base = {
  guess(sample) {
    const { unexplained, ...bands } = cutDetail(sample);
    const shown = new Float32Array(4 * sample.seen.length);
    for (let p = 0; p < sample.seen.length; p++) {
      for (let c = 0; c < 3; c++) shown[4 * p + c] = unexplained[3 * p + c];
      shown[4 * p + 3] = sample.seen[p];
    }
    return { bands, shown };
  },

  maps(outputs, prior) {
    // The sums over bands give way to what is made of them, in place.
    const bands = bandsOf(prior);
    const { toAlbedo: albedo, toLight: gain } = divide(outputs, bands);
    const c = corrections(outputs, bands);
    for (let i = 0; i < albedo.length; i++) {
      albedo[i] = limit(corrected(prior.albedo[i], albedo[i], c[i]));
      gain[i] = Math.exp(gain[i]);
    }
    const light = outputs.light.values.slice();
    addLight(light, prior.light, gain);
    return {
      albedo: { shape: outputs.albedo.shape, values: albedo },
      light: { shape: outputs.light.shape, values: light },
    };
  },

  gradients(outputs, prior, gradients) {
    const bands = bandsOf(prior);
    const { toAlbedo, toLight } = divide(outputs, bands);
    const c = corrections(outputs, bands);
    const dCorrection = new Float32Array(c.length);
    // The sums over bands give way to their gradients, in place.
    const gain = gainGradient(gradients.light.values, prior.light);
    for (let i = 0; i < c.length; i++) {
      const bright = corrected(prior.albedo[i], toAlbedo[i], c[i]);
      toAlbedo[i] = gradients.albedo.values[i] * limitSlope(bright) * bright;
      toLight[i] = gain[i] * Math.exp(toLight[i]);
      dCorrection[i] = correction * bands.nearSeen[Math.floor(i / 3)] * toAlbedo[i];
    }
    return {
      albedo: { shape: outputs.albedo.shape, values: dCorrection },
      light: gradients.light,
      shares: {
        shape: outputs.shares.shape,
        values: shareGradients(outputs, bands, toAlbedo, toLight),
      },
    };
  },
};

const corrected = (prior: number, detail: number, c: number) =>
  Math.max(prior, margin) * Math.exp(detail + c);

/** `n c`, [B * U * U * 3]. */
const corrections = ({ albedo }: NetworkArrays, { nearSeen }: DetailBands) =>
  albedo.values.map((value, i) => correction * nearSeen[Math.floor(i / 3)] * value);

function bandsOf({ bands }: BaseMaps): DetailBands {
  if (!bands) throw new Error("detailMaps: `prior.bands` should be there with the base `bands` but is not.");
  return bands;
}

/**
 * Which decision a band follows. Bands and decisions meet at the coarsest. On maps that are finer than the network's own,
 * the bands that it has never seen follow its finest decision; on coarser ones, its finest decisions have no band.
 */
const decisionOf = (band: number, bands: number, decisions: number) => Math.max(0, band + decisions - bands);

/** `w_b` and `v_b` of one texel's decision, written to `parts`. @param at where its three outputs begin */
function decide(shares: Float32Array, at: number, coarsest: boolean, parts: Float64Array): void {
  const first = coarsest ? neutral.coarsest : neutral.fine;
  const neither = shares[at + 2] + first[2];
  const albedo = Math.exp(shares[at] + first[0] - neither);
  const light = Math.exp(shares[at + 1] + first[1] - neither);
  const sum = albedo + light + 1;
  parts[0] = albedo / sum;
  parts[1] = light / sum;
}

/** `Σ_b w_b u_b` and `Σ_b v_b u_b`, [B * U * U * 3]. Colours are written out, as loops over them took twice as long. */
function divide({ shares }: NetworkArrays, { count, forAlbedo, forLight }: DetailBands) {
  const decisions = shares.shape[3] / 3;
  const texels = shares.values.length / (3 * decisions);
  const toAlbedo = new Float32Array(3 * texels);
  const toLight = new Float32Array(3 * texels);
  const parts = new Float64Array(2);
  for (let p = 0, u = 0; p < texels; p++) {
    let [red, green, blue] = [0, 0, 0];
    let [litRed, litGreen, litBlue] = [0, 0, 0];
    for (let band = 0; band < count; band++, u += 3) {
      const d = decisionOf(band, count, decisions);
      decide(shares.values, 3 * (p * decisions + d), d === decisions - 1, parts);
      const [w, v] = [parts[0], parts[1]];
      red += w * forAlbedo[u];
      green += w * forAlbedo[u + 1];
      blue += w * forAlbedo[u + 2];
      litRed += v * forLight[u];
      litGreen += v * forLight[u + 1];
      litBlue += v * forLight[u + 2];
    }
    toAlbedo[3 * p] = red;
    toAlbedo[3 * p + 1] = green;
    toAlbedo[3 * p + 2] = blue;
    toLight[3 * p] = litRed;
    toLight[3 * p + 1] = litGreen;
    toLight[3 * p + 2] = litBlue;
  }
  return { toAlbedo, toLight };
}

/** The gradients of `divide` and of the softmax. @param dAlbedo,dLight with respect to the sums, [B * U * U * 3] */
function shareGradients(
  { shares }: NetworkArrays,
  { count, forAlbedo, forLight }: DetailBands,
  dAlbedo: Float32Array,
  dLight: Float32Array,
): Float32Array {
  const decisions = shares.shape[3] / 3;
  const out = new Float32Array(shares.values.length);
  const texels = out.length / (3 * decisions);
  const parts = new Float64Array(2);
  for (let p = 0, u = 0; p < texels; p++) {
    const t = 3 * p;
    for (let band = 0; band < count; band++, u += 3) {
      const d = decisionOf(band, count, decisions);
      const at = 3 * (p * decisions + d);
      decide(shares.values, at, d === decisions - 1, parts);
      const w =
        dAlbedo[t] * forAlbedo[u] + dAlbedo[t + 1] * forAlbedo[u + 1] + dAlbedo[t + 2] * forAlbedo[u + 2];
      const v = dLight[t] * forLight[u] + dLight[t + 1] * forLight[u + 1] + dLight[t + 2] * forLight[u + 2];
      const mean = parts[0] * w + parts[1] * v;
      out[at] += parts[0] * (w - mean);
      out[at + 1] += parts[1] * (v - mean);
      out[at + 2] -= (1 - parts[0] - parts[1]) * mean;
    }
  }
  return out;
}
