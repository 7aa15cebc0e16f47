/** Paints on the mean albedo what the bare skins lack: brows, eyeballs, the inside of the mouth. */
import type { AlbedoMesh } from "./albedo-mesh.js";
import { brow, smoothstep } from "./facial-features.js";

type Rgb = readonly [number, number, number];

/** The density of hair in the mean face's brows. */
export const browDensity = 0.45;

/** Paints thin brows on the mean face, as the skins are bare. */
export function paintBrows(mesh: AlbedoMesh, mean: Float64Array): void {
  const hair: Rgb = [0.24, 0.17, 0.13];
  for (let v = 0; v < mesh.part.length; v++) {
    const density =
      browDensity * brow([mesh.positions[3 * v], mesh.positions[3 * v + 1], mesh.positions[3 * v + 2]], 0);
    for (let k = 0; k < 3; k++) mean[3 * v + k] += density * (hair[k] - mean[3 * v + k]);
  }
}

/**
 * Paints eyeballs and mouth, which have no skin: white, iris and pupil by the distance from the axis; a dark cavity.
 */
export function paintEyesAndMouth(mesh: AlbedoMesh, mean: Float64Array): void {
  const eyes = mesh.part.map((_, v) => v).filter((v) => mesh.part[v] === "eyes");
  const right = eyes.filter((v) => mesh.positions[3 * v] > 0);
  const middle = (k: number) => {
    const values = right.map((v) => mesh.positions[3 * v + k]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  const [cx, cy] = [middle(0), middle(1)];
  for (const v of eyes) {
    const r = Math.hypot(Math.abs(mesh.positions[3 * v]) - cx, mesh.positions[3 * v + 1] - cy);
    const colour: Rgb = r < 0.025 ? [0.05, 0.04, 0.04] : r < 0.062 ? [0.28, 0.2, 0.15] : [0.66, 0.61, 0.59];
    mean.set(colour, 3 * v);
  }
  mesh.part.forEach((part, v) => {
    if (part !== "mouth") return;
    const depth = smoothstep(1.46, 1.36, mesh.positions[3 * v + 2]);
    const lip: Rgb = [0.6, 0.36, 0.32];
    const cavity: Rgb = [0.17, 0.07, 0.06];
    mean.set(
      lip.map((c, k) => c + depth * (cavity[k] - c)),
      3 * v,
    );
  });
}
