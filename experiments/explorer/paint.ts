/** Draws a kept face with any shape, albedo and light: the paper's `R(A, L)` with each of its parts chosen. */
import * as tf from "@tensorflow/tfjs";
import {
  type Coefficients,
  coefficientTensors,
  compositeOver,
  directionalLight,
  environmentLights,
  type FaceGeometry,
  type Light,
  namedLights,
  poseFace,
  type Reconstruction,
  type Reconstructor,
  type RgbImage,
  renderTextured,
} from "rerenderable";
import { addLights, ambientLight } from "rerenderable/graphics";
import type { Requests } from "./requests.js";

export type Shape = Pick<Coefficients, "identity" | "expression" | "angles" | "translation">;

export interface Painting {
  readonly shape: Shape;
  /** [U * U * 3] */
  readonly albedo: RgbImage;
  /** 27 numbers, or as many for each texel. */
  readonly light: ArrayLike<number>;
  /** The picture that it is laid over. */
  readonly over?: RgbImage;
}

/** Owns the last posed faces: `dispose()` frees them. */
export interface Painter {
  paint(painting: Painting): Promise<RgbImage>;
  dispose(): void;
}

/** How many faces stay posed. The light moves much more often than the face, and two faces are often shown. */
const kept = 4;

/** @param size side of the pictures, px */
export function createPainter({ model }: Pick<Reconstructor, "model">, size: number): Painter {
  const posed = new Map<string, FaceGeometry>();
  const { triangles, uvs } = model;

  function pose(shape: Shape): FaceGeometry {
    const key = Object.values(shape).join();
    const found = posed.get(key);
    if (found) {
      posed.delete(key); // it moves to the end; the first one is dropped
      posed.set(key, found);
      return found;
    }
    const made = tf.tidy(() => {
      const rest = { albedo: new Float32Array(80), light: new Float32Array(27) };
      return poseFace(model, coefficientTensors([{ ...shape, ...rest }]));
    });
    posed.set(key, made);
    if (posed.size > kept) {
      const [oldest, geometry] = posed.entries().next().value!;
      tf.dispose(geometry);
      posed.delete(oldest);
    }
    return made;
  }

  return {
    async paint({ shape, albedo, light, over }) {
      const geometry = pose(shape);
      const picture = tf.tidy(() => {
        const map = tf.tensor4d(albedo.data, [1, albedo.height, albedo.width, 3]);
        const side = Math.sqrt(light.length / 27);
        const lights =
          side === 1
            ? tf.tensor2d(Float32Array.from(light), [1, 27])
            : tf.tensor4d(light as Float32Array, [1, side, side, 27]);
        const { image, mask } = renderTextured({ ...geometry, triangles, uvs, size }, map, lights);
        if (!over) return image;
        return compositeOver(image, mask, tf.tensor4d(over.data, [1, size, size, 3]));
      });
      const data = (await picture.data<"float32">()).slice();
      picture.dispose();
      return { width: size, height: size, data };
    },
    dispose() {
      for (const geometry of posed.values()) tf.dispose(geometry);
      posed.clear();
    },
  };
}

/** @returns A, A′ or an albedo of 1/2, which shows the light alone */
export function albedoOf({ maps }: Reconstruction, kind: Requests["picture"]["albedo"]["kind"]): RgbImage {
  if (kind === "white") return { width: 1, height: 1, data: new Float32Array(3).fill(0.5) };
  return kind === "prior" ? maps.priorAlbedo : maps.albedo;
}

/** L, or L′ if there is a refiner. */
export function lightOf({ fit, detail }: Reconstruction, kind: "coarse" | "detailed"): Float32Array {
  return (kind === "detailed" && detail?.light) || fit.coefficients.light;
}

/** A light that comes from no photo. */
export function freeLight(light: Exclude<Requests["picture"]["light"], { readonly of: string }>): Light {
  if (light.kind === "made") return namedLights[light.name];
  if (light.kind === "surroundings") return environmentLights[light.name].srgb;
  return farLight(light);
}

/** One far light over an even light. Azimuth 0 is before the face, 90° to the viewer's right. */
export function farLight(
  light: Readonly<Record<"azimuth" | "elevation" | "strength" | "ambient" | "warmth", number>>,
): Light {
  const [azimuth, elevation] = [light.azimuth, light.elevation].map((degrees) => (degrees * Math.PI) / 180);
  const direction = [
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  ] as const;
  const { strength, ambient, warmth } = light;
  const colour = [1 + 0.25 * warmth, 1, 1 - 0.35 * warmth].map((factor) => strength * factor);
  return addLights(
    directionalLight(direction, colour as [number, number, number]),
    ambientLight([ambient, ambient, ambient]),
  );
}
