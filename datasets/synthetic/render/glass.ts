/** Lenses of spectacles: they darken the things behind them, and mirror a little of the things before them. */
import type { SceneMesh } from "../geometry/mesh-part.js";
import { type Surroundings, skyColour } from "../light/surroundings.js";
import { createSurfacePoint, readSurface, viewMesh } from "./surface.js";

export interface Glass {
  /**
   * @param depth the depth of the thing behind
   * @param colour is changed if glass is in front of it
   * @returns whether it does
   */
  lay(sample: number, depth: number, colour: Float64Array): boolean;
}

/**
 * @param size side of the picture of samples
 * @param dark share of light that the lenses take away
 * @param surroundings the surroundings that they mirror, if any
 */
export function createGlass(
  mesh: SceneMesh,
  size: number,
  dark: number,
  surroundings: Surroundings | null,
): Glass {
  const view = viewMesh(mesh.vertices, mesh.triangles, size);
  const point = createSurfacePoint();
  return {
    lay(sample, depth, colour) {
      if (view.triangle[sample] < 0 || !readSurface(view, mesh, sample, point) || point.depth > depth)
        return false;
      const mirrored =
        surroundings && mirroredBy(point.position, point.normal, view.camera.distance, surroundings);
      for (let c = 0; c < 3; c++) colour[c] = colour[c] * (1 - dark) + (mirrored?.[c] ?? 0);
      return true;
    },
  };
}

function mirroredBy(
  position: Float64Array,
  normal: Float64Array,
  cameraDistance: number,
  surroundings: Surroundings,
): readonly number[] {
  const view = [-position[0], -position[1], cameraDistance - position[2]];
  const length = Math.hypot(...view);
  const nv = (view[0] * normal[0] + view[1] * normal[1] + view[2] * normal[2]) / length;
  const [x, y, z] = view.map((value, k) => 2 * nv * normal[k] - value / length);
  const fresnel = 0.04 + 0.96 * (1 - Math.min(Math.abs(nv), 1)) ** 5;
  const sky = skyColour(surroundings, y);
  return sky.map((value, c) =>
    surroundings.sources.reduce((sum, { direction, colour, radius }) => {
      const inside = direction[0] * x + direction[1] * y + direction[2] * z > Math.cos(Math.min(radius, 1.2));
      return sum + (inside ? (fresnel * colour[c]) / Math.sin(Math.min(radius, 1.2)) ** 2 : 0);
    }, fresnel * value),
  );
}
