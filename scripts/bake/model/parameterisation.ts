/**
 * The symmetric face parameterisation: a flat map of the face on which mirroring the map is mirroring the face. A
 * convex embedding (W. T. Tutte, 1963) gives a map without folds; from there, minimising the symmetric Dirichlet
 * energy removes the distortion, and a barrier prevents folds (J. Smith and S. Schaefer, 2015). The frontal face gets
 * a larger part than its sides. The eyeballs are not connected with it, and lie in the two lower corners.
 */
import { boundaryLoops } from "rerenderable/face";
import { depthInFace, type FaceCut } from "./face-cut.js";

/** @returns u and v (origin top left) of each coarse vertex, [N * 2] */
export function parameterise(cut: FaceCut): Float64Array {
  const skin = cut.quads.map((_, q) => q).filter((q) => cut.part[q] !== "eyes");
  const flat = flatten(cut, skin);
  fitSquare(cut, flat);
  placeEyes(cut, flat);
  symmetrise(cut, flat);
  return flat;
}

/** Embeds the skin (everything but the eyeballs) in the plane; y up, the midline on x = 0. */
function flatten(cut: FaceCut, skin: readonly number[]): Float64Array {
  const flat = convexEmbedding(cut, skin);
  const triangles = skin.flatMap((q) => {
    const quad = cut.quads[q];
    // All four corners of each quad: positive corners keep the quad convex, so that its subdivision is too.
    return quad.map((c, k) => restTriangle(cut, q, quad[(k + 3) % 4], c, quad[(k + 1) % 4]));
  });
  minimise(flat, (x, gradient) => dirichletEnergy(triangles, x, gradient), 2400);
  return flat;
}

interface RestTriangle {
  readonly corners: readonly [number, number, number];
  /** Inverse of the rest edges in the triangle's plane, row-major 2×2. */
  readonly inverse: readonly [number, number, number, number];
  readonly weight: number;
}

function restTriangle(cut: FaceCut, quad: number, a: number, b: number, c: number): RestTriangle {
  const p = (i: number, k: number) => cut.rest[3 * i + k];
  const edge = (i: number) => [p(i, 0) - p(b, 0), p(i, 1) - p(b, 1), p(i, 2) - p(b, 2)] as const;
  const [e, f] = [edge(c), edge(a)];
  const length = Math.max(Math.hypot(...e), 1e-4);
  const along = (e[0] * f[0] + e[1] * f[1] + e[2] * f[2]) / length;
  const across = Math.max(Math.sqrt(Math.max(Math.hypot(...f) ** 2 - along ** 2, 0)), 0.1 * length);
  // The frontal face gets more texels; parts that are hardly seen get few.
  const frontal = Math.min(Math.max((p(b, 2) - 0.6) / 0.6, 0), 1);
  const scale = cut.part[quad] === "face" ? 0.5 + 0.5 * frontal : 0.35;
  const [w, x, y] = [length * scale, along * scale, across * scale];
  return { corners: [b, c, a], inverse: [1 / w, -x / (w * y), 0, 1 / y], weight: w * y };
}

/** Σ w (|J|² + |J⁻¹|²) over the triangles, infinite where one is folded; adds its gradient. */
function dirichletEnergy(
  triangles: readonly RestTriangle[],
  x: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  let energy = 0;
  for (const { corners, inverse, weight } of triangles) {
    const [o, p, q] = corners;
    const [i00, i01, , i11] = inverse;
    const ax = x[2 * p] - x[2 * o];
    const ay = x[2 * p + 1] - x[2 * o + 1];
    const bx = x[2 * q] - x[2 * o];
    const by = x[2 * q + 1] - x[2 * o + 1];
    const [a, b, c, d] = [ax * i00, ax * i01 + bx * i11, ay * i00, ay * i01 + by * i11];
    const det = a * d - b * c;
    if (det <= 0) return Number.POSITIVE_INFINITY;
    const square = a * a + b * b + c * c + d * d;
    energy += weight * square * (1 + 1 / det ** 2);
    const direct = 2 * weight * (1 + 1 / det ** 2);
    const barrier = (-2 * weight * square) / det ** 3;
    const [ga, gb, gc, gd] = [
      direct * a + barrier * d,
      direct * b - barrier * c,
      direct * c - barrier * b,
      direct * d + barrier * a,
    ];
    const gpx = ga * i00 + gb * i01;
    const gpy = gc * i00 + gd * i01;
    const [gqx, gqy] = [gb * i11, gd * i11];
    gradient[2 * p] += gpx;
    gradient[2 * p + 1] += gpy;
    gradient[2 * q] += gqx;
    gradient[2 * q + 1] += gqy;
    gradient[2 * o] -= gpx + gqx;
    gradient[2 * o + 1] -= gpy + gqy;
  }
  return energy;
}

/** Limited-memory BFGS with a backtracking line search; `x` is changed in place. */
function minimise(
  x: Float64Array,
  f: (x: Float64Array, gradient: Float64Array) => number,
  steps: number,
): void {
  const n = x.length;
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  let gradient = new Float64Array(n);
  let value = f(x, gradient);
  const history: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let step = 0; step < steps; step++) {
    const direction = gradient.map((g) => -g);
    const alphas: number[] = [];
    for (const { s, y, rho } of [...history].reverse()) {
      const alpha = rho * dot(s, direction);
      alphas.push(alpha);
      for (let i = 0; i < n; i++) direction[i] -= alpha * y[i];
    }
    const last = history.at(-1);
    const scale = last
      ? dot(last.s, last.y) / dot(last.y, last.y)
      : 1e-4 / Math.sqrt(dot(gradient, gradient));
    for (let i = 0; i < n; i++) direction[i] *= scale;
    for (const { s, y, rho } of history) {
      const beta = rho * dot(y, direction);
      const alpha = alphas.pop()!;
      for (let i = 0; i < n; i++) direction[i] += (alpha - beta) * s[i];
    }
    const slope = dot(gradient, direction);
    const nextGradient = new Float64Array(n);
    const next = new Float64Array(n);
    let length = 1;
    let nextValue = Number.POSITIVE_INFINITY;
    for (; length > 1e-9; length /= 2) {
      for (let i = 0; i < n; i++) next[i] = x[i] + length * direction[i];
      nextValue = f(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    if (!(nextValue < value)) return;
    const s = next.map((v, i) => v - x[i]);
    const y = nextGradient.map((v, i) => v - gradient[i]);
    if (dot(s, y) > 1e-12) history.push({ s, y, rho: 1 / dot(s, y) });
    if (history.length > 12) history.shift();
    x.set(next);
    gradient = nextGradient;
    value = nextValue;
  }
}

/**
 * Puts the outer rim on a circle, and each other vertex at the mean of its neighbours; a hole is filled by its
 * centre.
 */
function convexEmbedding(cut: FaceCut, skin: readonly number[]): Float64Array {
  const neighbours = new Map<number, Map<number, number>>();
  const rest = [...cut.rest];
  const link = (a: number, b: number) => {
    // Any positive weights keep the embedding convex; short edges pull harder, so that lengths are kept.
    const weight =
      1 / Math.max(Math.hypot(...[0, 1, 2].map((k) => rest[3 * a + k] - rest[3 * b + k])), 1e-3) ** 2;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!neighbours.has(from)) neighbours.set(from, new Map());
      neighbours.get(from)!.set(to, weight);
    }
  };
  for (const q of skin) {
    cut.quads[q].forEach((a, k) => {
      link(a, cut.quads[q][(k + 1) % 4]);
    });
  }
  const [rim, ...holes] = boundaryLoops(skin.map((q) => cut.quads[q]));
  let count = cut.rest.length / 3;
  for (const hole of holes) {
    rest.push(...[0, 1, 2].map((k) => hole.reduce((sum, v) => sum + rest[3 * v + k], 0) / hole.length));
    for (const v of hole) link(count, v);
    count++;
  }
  const x = new Float64Array(2 * count);
  placeRim(cut, rim, x);
  const fixed = new Set(rim);
  const free = [...neighbours]
    .filter(([v]) => !fixed.has(v))
    .map(([v, set]) => [v, [...set], [...set.values()].reduce((a, b) => a + b)] as const);
  for (let sweep = 0; sweep < 6000; sweep++) {
    for (const [v, around, total] of free) {
      for (let k = 0; k < 2; k++) {
        let mean = 0;
        for (const [w, weight] of around) mean += (weight * x[2 * w + k]) / total;
        x[2 * v + k] += 1.9 * (mean - x[2 * v + k]); // over-relaxation
      }
    }
  }
  return x.slice(0, (cut.rest.length / 3) * 2);
}

/** About the radius of the flattened face, in units of 10 cm. */
const rimRadius = 1.0;

function placeRim(cut: FaceCut, rim: readonly number[], x: Float64Array): void {
  const top = rim.reduce(
    (best, v) =>
      cut.rest[3 * v + 1] > cut.rest[3 * best + 1] && Math.abs(cut.rest[3 * v]) < 1e-6 ? v : best,
    rim.find((v) => Math.abs(cut.rest[3 * v]) < 1e-6)!,
  );
  const start = rim.indexOf(top);
  // The rim runs with the skin's own winding, counter-clockwise: angles grow from the top.
  const around = rim.map((_, i) => rim[(start + i) % rim.length]);
  const step = (i: number) =>
    Math.hypot(
      ...[0, 1, 2].map(
        (k) => cut.rest[3 * around[i] + k] - cut.rest[3 * around[(i + 1) % around.length] + k],
      ),
    );
  const length = around.reduce((sum, _, i) => sum + step(i), 0);
  let travelled = 0;
  around.forEach((v, i) => {
    const angle = Math.PI / 2 + (2 * Math.PI * travelled) / length;
    x[2 * v] = rimRadius * Math.cos(angle);
    x[2 * v + 1] = rimRadius * Math.sin(angle);
    travelled += step(i);
  });
}

/** Scales the kept part of the face to the unit square, v down. */
function fitSquare(cut: FaceCut, flat: Float64Array): void {
  let [halfWidth, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  cut.quads.forEach((quad, q) => {
    if (cut.part[q] !== "face") return;
    for (const c of quad) {
      if (depthInFace(cut.rest[3 * c], cut.rest[3 * c + 1], cut.rest[3 * c + 2]) < -0.03) continue;
      halfWidth = Math.max(halfWidth, Math.abs(flat[2 * c]));
      low = Math.min(low, flat[2 * c + 1]);
      high = Math.max(high, flat[2 * c + 1]);
    }
  });
  for (let v = 0; v < flat.length / 2; v++) {
    flat[2 * v] = 0.5 + (0.495 * flat[2 * v]) / halfWidth;
    flat[2 * v + 1] = 0.005 + (0.99 * (high - flat[2 * v + 1])) / (high - low);
  }
}

/** Each eyeball's visible cap as a disc in a lower corner, by its angle from the viewing direction. */
function placeEyes(cut: FaceCut, flat: Float64Array): void {
  for (const side of [-1, 1]) {
    const vertices = [
      ...new Set(cut.quads.flatMap((quad, q) => (cut.part[q] === "eyes" ? [...quad] : []))),
    ].filter((v) => Math.sign(cut.rest[3 * v]) === side);
    const mean = (k: number) => {
      const values = vertices.map((v) => cut.rest[3 * v + k]);
      return (Math.min(...values) + Math.max(...values)) / 2;
    };
    const [cx, cy] = [mean(0), mean(1)];
    const radius = Math.max(
      ...vertices.map((v) => Math.hypot(cut.rest[3 * v] - cx, cut.rest[3 * v + 1] - cy)),
    );
    const cz = Math.max(...vertices.map((v) => cut.rest[3 * v + 2])) - radius;
    // Equal angles from the viewing direction get equal lengths: the cap may reach past the eyeball's equator.
    const angle = (v: number) =>
      Math.atan2(Math.hypot(cut.rest[3 * v] - cx, cut.rest[3 * v + 1] - cy), cut.rest[3 * v + 2] - cz);
    const widest = Math.max(...vertices.map(angle));
    for (const v of vertices) {
      const [dx, dy] = [cut.rest[3 * v] - cx, cut.rest[3 * v + 1] - cy];
      const length = Math.hypot(dx, dy);
      const scale = length > 0 ? (eyeRadius * angle(v)) / (widest * length) : 0;
      flat[2 * v] = 0.5 + side * (0.5 - eyeRadius - 0.006) + scale * dx;
      flat[2 * v + 1] = 1 - eyeRadius - 0.006 - scale * dy;
    }
  }
}

const eyeRadius = 0.075;

/** Makes the mirror symmetry exact: coordinates lie on a grid of 2⁻²⁰, on which 1 − u has no rounding. */
function symmetrise(cut: FaceCut, flat: Float64Array): void {
  const grid = 2 ** 20;
  for (let v = 0; v < flat.length / 2; v++) {
    const twin = cut.mirror[v];
    if (twin < v) continue;
    const offset = twin === v ? 0 : Math.round(((flat[2 * v] - flat[2 * twin]) / 2) * grid) / grid;
    const height = Math.round(((flat[2 * v + 1] + flat[2 * twin + 1]) / 2) * grid) / grid;
    flat[2 * v] = 0.5 + offset;
    flat[2 * twin] = 0.5 - offset;
    flat[2 * v + 1] = height;
    flat[2 * twin + 1] = height;
  }
}
