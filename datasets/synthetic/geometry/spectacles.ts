/** Spectacles on a face: rims around the eyes, a bridge on the nose, temples to the ears; lenses clear or dark. */
import { type MeshPart, plainColours } from "./mesh-part.js";
import { tube } from "./tube.js";

type Rgb = readonly [number, number, number];
type Point = readonly number[];

export interface SpectaclesParameters {
  /** Half width and half height of a lens, 10 cm. */
  readonly lens: readonly [width: number, height: number];
  /** How square the rim is: 2 is an ellipse, 4 and above nearly a rectangle. */
  readonly squareness: number;
  /** Thickness of the rim, 10 cm. */
  readonly rim: number;
  readonly colour: Rgb;
  /** The share of light that the lenses take away: 0 if clear, about 0.9 for sunglasses. */
  readonly dark: number;
}

export interface Spectacles {
  readonly frame: readonly MeshPart[];
  readonly lenses: MeshPart;
}

/**
 * @param landmarks the 68 points, model frame
 * @param ears where the temples end
 */
export function wearSpectacles(landmarks: readonly Point[], parameters: SpectaclesParameters): Spectacles {
  const { lens, rim, colour } = parameters;
  const centre = (first: number) => mean(landmarks.slice(first, first + 6));
  const eyes = [centre(36), centre(42)];
  const bridge = landmarks[27];
  // The lenses stand before the lashes and the root of the nose.
  const z = Math.max(eyes[0][2], eyes[1][2], bridge[2] - 0.06) + 0.13;
  const apart = Math.max(Math.abs(eyes[1][0] - eyes[0][0]) / 2, lens[0] + 0.085);
  const y = (eyes[0][1] + eyes[1][1]) / 2 - 0.03;
  const middles = [-1, 1].map((side) => [bridge[0] + side * apart, y, z - 0.03]);
  const outline = (side: number, middle: Point, share: number) =>
    Array.from({ length: 40 }, (_, i) => {
      const turn = (2 * Math.PI * i) / 40;
      const power = 2 / parameters.squareness;
      const bulge = (value: number) => Math.sign(value) * Math.abs(value) ** power;
      const x = side * share * lens[0] * bulge(Math.cos(turn));
      // The frame is wrapped around the face a little.
      return [
        middle[0] + x,
        middle[1] + share * lens[1] * bulge(Math.sin(turn)),
        middle[2] - 0.12 * side * x - 0.16 * x * x,
      ];
    });
  const thick = (count: number, radius: number) =>
    Array.from({ length: count }, () => [radius, radius] as const);
  const rims = middles.map((middle, i) =>
    tube(outline(2 * i - 1, middle, 1), thick(40, rim), [0, 0, 1], true, "frame", colour, 8),
  );
  const inner = lens[0] - apart;
  const arch = Array.from({ length: 9 }, (_, i) => {
    const t = i / 4 - 1;
    return [bridge[0] - t * inner, y + 0.05 + 0.03 * (1 - t * t), z - 0.03 + 0.03 * (1 - t * t)];
  });
  const temples = [-1, 1].map((side, i) => {
    const start = [middles[i][0] + side * lens[0], y + 0.08, z - 0.09];
    const end = [side * Math.max(0.76, Math.abs(start[0]) - 0.02), y + 0.06, -0.78];
    const line = Array.from({ length: 8 }, (_, n) =>
      start.map((value, k) => value + (n / 7) * (end[k] - value)),
    );
    return tube(line, thick(8, rim), [0, 1, 0], false, "frame", colour, 8);
  });
  return {
    frame: [...rims, tube(arch, thick(9, rim), [0, 0, 1], false, "frame", colour, 8), ...temples],
    lenses: lensMesh(
      middles.map((middle, i) => outline(2 * i - 1, middle, 0.98)),
      middles,
    ),
  };
}

/** A fan of triangles in each rim. */
function lensMesh(outlines: readonly (readonly Point[])[], middles: readonly Point[]): MeshPart {
  const vertices = outlines.flatMap((outline, i) => [middles[i], ...outline].flat());
  const triangles = outlines.flatMap((outline, i) => {
    const first = i * (outline.length + 1);
    return outline.flatMap((_, k) => [first, first + 1 + k, first + 1 + ((k + 1) % outline.length)]);
  });
  return {
    material: "lens",
    vertices: Float32Array.from(vertices),
    triangles: Int32Array.from(triangles),
    colours: plainColours(vertices.length / 3, [0, 0, 0]),
  };
}

function mean(points: readonly Point[]): number[] {
  return [0, 1, 2].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length);
}
