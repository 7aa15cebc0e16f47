/**
 * Renders a scene with its truth. Each pixel is seen through a square of places, whose middle one is its centre. All
 * truth maps, and the `clean` picture, belong to the centre. The `image`, which is like a photo, is the mean.
 */
import type { MorphableModelData } from "rerenderable";
import { type Material, materials, type SceneMesh } from "../geometry/mesh-part.js";
import { decodeQuickly, encode } from "./colour-tables.js";
import { type FaceTexture, sampleFaceTexture } from "./face-texture.js";
import type { Glass } from "./glass.js";
import type { SceneLight } from "./scene-light.js";
import { createShadedPoint, type Finish, shadePoint } from "./shade-point.js";
import { createSurfacePoint, readSurface, readUv, tiltNormal, type View } from "./surface.js";
import { blankTruth, type TruthMaps } from "./truth-maps.js";

export interface RenderInput {
  readonly data: Pick<MorphableModelData, "uvs" | "skinTriangle" | "triangles">;
  /** The face's triangles first, in the model's order. */
  readonly mesh: SceneMesh;
  /** Seen at `across` times the picture's size. */
  readonly view: View;
  readonly texture: FaceTexture;
  readonly light: SceneLight;
  /** Glass before the scene. */
  readonly glass: Glass | null;
  /** Where the eyes look, world frame, unit. */
  readonly eyeAxis: readonly number[];
  /** Encoded sRGB, [S, S, 3]. */
  readonly background: Float32Array;
  /** Side of the picture in pixels, S. */
  readonly size: number;
  /** The number of places across a pixel, which is odd; every second place is looked at, as on a chessboard. */
  readonly across: number;
}

export function renderScene(input: RenderInput): TruthMaps {
  const { view, size, across, background, light } = input;
  const truth = blankTruth(size);
  const shade = createShader(input);
  const sum = new Float64Array(3);
  const centre = (across - 1) / 2;
  const encoded = light.kind === "harmonics";
  for (let pixel = 0; pixel < size * size; pixel++) {
    const [column, row] = [pixel % size, Math.floor(pixel / size)];
    sum.fill(0);
    let looks = 0;
    for (let b = 0; b < across; b++) {
      for (let a = (b + across - 1) % 2; a < across; a += 2, looks++) {
        const sample = (row * across + b) * view.size + column * across + a;
        const seen = shade.look(sample);
        const isCentre = a === centre && b === centre;
        if (!seen) shade.lookBehind(sample, background, pixel);
        for (let c = 0; c < 3; c++) {
          sum[c] += shade.colour[c];
          if (isCentre && !seen) truth.clean[3 * pixel + c] = background[3 * pixel + c];
        }
        if (isCentre && seen) shade.write(truth, pixel);
      }
    }
    for (let c = 0; c < 3; c++) {
      const mean = sum[c] / looks;
      truth.image[3 * pixel + c] = encoded ? mean : encode(mean);
    }
  }
  return truth;
}

const finishes: Readonly<Record<Material, Finish>> = {
  face: { gloss: "skin", skin: true },
  skin: { gloss: "skin", skin: true },
  hair: { gloss: "hair", skin: false },
  teeth: { gloss: "wet", skin: false },
  tongue: { gloss: "wet", skin: true },
  frame: { gloss: "plastic", skin: false },
  lens: { gloss: "plastic", skin: false },
  cloth: { gloss: "none", skin: false },
};
const eye: Finish = { gloss: "eye", skin: false };

/** Shades one sample after the other; all records are used again. */
function createShader({ data, mesh, view, texture, light, eyeAxis, glass }: RenderInput) {
  const point = createSurfacePoint();
  const shaded = createShadedPoint();
  const [uv, slope, toCamera, colour, linear] = [2, 2, 3, 3, 3].map((n) => new Float64Array(n));
  const encoded = light.kind === "harmonics";
  let material: Material = "face";
  let behindGlass = false;
  return {
    /** The light that reaches the camera: linear, or encoded under a harmonic light. */
    colour,
    look(sample: number): boolean {
      if (!readSurface(view, mesh, sample, point)) return false;
      material = materials[mesh.material[point.triangle]];
      let finish = finishes[material];
      let shine = 1;
      if (material === "face") {
        readUv(data, point, uv);
        const hairs = sampleFaceTexture(texture, uv[0], uv[1], point.colour, slope);
        shine = 1 - hairs;
        if (data.skinTriangle[point.triangle]) tiltNormal(mesh, data, point, slope);
        // Below this line of the map there are only eyeballs.
        else finish = uv[1] > 0.82 && Math.abs(uv[0] - 0.5) > 0.3 ? eye : finishes.tongue;
      }
      for (let k = 0; k < 3; k++) toCamera[k] = (k === 2 ? view.camera.distance : 0) - point.position[k];
      const length = Math.sqrt(toCamera[0] ** 2 + toCamera[1] ** 2 + toCamera[2] ** 2);
      for (let k = 0; k < 3; k++) toCamera[k] /= length;
      shadePoint(light, point, finish, toCamera, eyeAxis, shaded);
      for (let c = 0; c < 3; c++) {
        shaded.mirrored[c] *= shine;
        linear[c] = encoded ? point.colour[c] : decodeQuickly(point.colour[c]);
        colour[c] = linear[c] * shaded.shading[c] + shaded.mirrored[c];
      }
      behindGlass = glass?.lay(sample, point.depth, colour) ?? false;
      return true;
    },
    lookBehind(sample: number, background: Float32Array, pixel: number): void {
      for (let c = 0; c < 3; c++) {
        const ground = background[3 * pixel + c];
        colour[c] = encoded ? ground : decodeQuickly(ground);
      }
      glass?.lay(sample, Infinity, colour);
    },
    /** Writes the truth of the last sample that was looked at. */
    write(truth: TruthMaps, pixel: number): void {
      const onFace = material === "face" && !behindGlass;
      truth.material[pixel] = (behindGlass ? materials.indexOf("lens") : mesh.material[point.triangle]) + 1;
      truth.skin[pixel] = Number(onFace && data.skinTriangle[point.triangle] === 1);
      truth.triangle[pixel] = point.triangle;
      truth.depth[pixel] = point.depth;
      truth.keyShare[pixel] = shaded.keyShare;
      for (let c = 0, o = 3 * pixel; c < 3; c++, o++) {
        truth.clean[o] = encoded ? colour[c] : encode(colour[c]);
        if (material !== "hair") truth.normals[o] = point.normal[c];
        if (!onFace) continue;
        const diffuse = linear[c] * shaded.shading[c];
        truth.albedo[o] = point.colour[c];
        truth.shading[o] = encoded ? shaded.shading[c] : encode(diffuse) / Math.max(point.colour[c], 1e-3);
        truth.specular[o] = truth.clean[o] - truth.albedo[o] * truth.shading[o];
      }
    },
  };
}
