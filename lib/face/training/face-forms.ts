/** How far apart two faces are in shape, albedo and light, as quadratic forms of the differences of their coefficients. */

import { multiplySparse, selectRows } from "../../base/tensor/sparse-matrix.js";
import { bandCount, shBasis } from "../../graphics/scene/spherical-harmonics.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { shapeRows } from "../morphable-model/morphable-model.js";
import { gramForm, type QuadraticForm } from "./quadratic-form.js";

export interface FaceForms {
  /** For identity and expression (144 numbers): mean squared distance of the skin's vertices in the model frame, mm². */
  readonly shape: QuadraticForm;
  /** For albedo (80 numbers): mean square over the skin's vertices and colours, encoded sRGB. */
  readonly albedo: QuadraticForm;
  /** For the 9 numbers of one colour of the light: mean square of the shading over the picture of a sphere. */
  readonly light: QuadraticForm;
}

/** One vertex of the skin in so many is used, because neighbours move together. */
const stride = 6;
const millimetresPerUnit = 100;

export function faceForms(data: MorphableModelData): FaceForms {
  const vertices = skinVertices(data).filter((_, i) => i % stride === 0);
  const shape = shapeRows(data, vertices).modes;
  return {
    shape: gramForm(shape, millimetresPerUnit ** 2 / vertices.length),
    albedo: gramForm(albedoRows(data, vertices), 1 / (3 * vertices.length)),
    light: sphereForm(),
  };
}

/** Drawn vertices of triangles that are skin, in their order. */
export function skinVertices({ triangles, skinTriangle }: MorphableModelData): number[] {
  const found = new Set<number>();
  skinTriangle.forEach((skin, t) => {
    if (skin) for (let k = 0; k < 3; k++) found.add(triangles[3 * t + k]);
  });
  return [...found].sort((a, b) => a - b);
}

/** One field of colour at the vertices for each coefficient. */
function albedoRows(data: MorphableModelData, vertices: readonly number[]): Float64Array[] {
  const [last, ...rest] = [...data.albedoSubdivision].reverse();
  const rows = last
    ? rest.reduce((product, m) => multiplySparse(product, m), selectRows(last, vertices))
    : undefined;
  const width = data.meanAlbedo.length;
  return Array.from({ length: data.albedoPrior.size }, (_, mode) => {
    const field = data.albedoModes.subarray(mode * width, (mode + 1) * width);
    const out = new Float64Array(3 * vertices.length);
    vertices.forEach((vertex, i) => {
      for (let k = 0; k < 3; k++) {
        if (!rows) out[3 * i + k] = field[3 * vertex + k];
        else {
          for (let j = rows.rowStart[i]; j < rows.rowStart[i + 1]; j++) {
            out[3 * i + k] += rows.value[j] * field[3 * rows.column[j] + k];
          }
        }
      }
    });
    return out;
  });
}

/** The form over the pixels of a sphere's picture, on a grid of 31 by 31. */
function sphereForm(): QuadraticForm {
  const side = 31;
  const columns: number[][] = Array.from({ length: bandCount }, () => []);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)].map((k) => (2 * (k + 0.5)) / side - 1);
    const square = 1 - x * x - y * y;
    if (square <= 0) continue;
    shBasis(x, y, Math.sqrt(square)).forEach((value, b) => {
      columns[b].push(value);
    });
  }
  return gramForm(columns, 1 / columns[0].length);
}
