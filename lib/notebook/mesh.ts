/**
 * A face that can be turned, under a light that can be dragged, as HTML that needs no other file. The mesh is a grid of
 * texels of the flat map, each with its place in space. It takes 60 KB; the model's own triangles would take a
 * megabyte. Without WebGL or scripts a picture of our renderer is shown.
 */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import type { RgbImage } from "../base/image/rgb-image.js";
import { coefficientTensors, poseFace, renderCoarse } from "../face/fitting/face-geometry.js";
import type { Coefficients } from "../face/morphable-model/coefficients.js";
import { uvSpaceOf } from "../face/morphable-model/face-uv-space.js";
import type { MorphableModel } from "../face/morphable-model/morphable-model.js";
import { renderTextured } from "../graphics/renderer/render.js";
import { bandCount } from "../graphics/scene/spherical-harmonics.js";
import { display, escapeHtml, type MimeBundle } from "./display.js";
import { imageToPng } from "./image-strip.js";

export interface MeshOptions {
  /** Flat map; by default the model's own albedo. */
  readonly albedo?: RgbImage;
  /** Side of the grid; 112 by default. */
  readonly grid?: number;
  /** Width of the viewer, px; 320 by default. */
  readonly width?: number;
}

/**
 * Shows the viewer.
 *
 * @param coefficients of the face. Its pose is left out: the reader turns the face. Its light is the one to start with
 * @param caption is the alternative text too
 */
export async function showMesh(
  model: MorphableModel,
  coefficients: Coefficients,
  caption: string,
  options: MeshOptions = {},
): Promise<MimeBundle> {
  const { grid = 112, width = 320 } = options;
  const { positions, covered, albedo, picture } = await gridOf(model, coefficients, grid, options.albedo);
  const extent = positions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const packed = Int16Array.from(positions, (value) => Math.round((value / extent) * 32767));
  const { light } = coefficients;
  const data = {
    side: grid,
    extent,
    positions: base64(new Uint8Array(packed.buffer)),
    covered: base64(Uint8Array.from(covered)),
    // The shader wants a colour for each band.
    light: Array.from({ length: 3 * bandCount }, (_, i) => light[(i % 3) * bandCount + Math.floor(i / 3)]),
    albedo: await jpegUrl(albedo, albedo.width),
  };
  const html = `<div class="rr-mesh" style="position:relative;max-width:${width}px">
<img src="${await jpegUrl(picture, 224)}" alt="${escapeHtml(caption)}" style="width:100%">
<script type="application/json">${JSON.stringify(data)}</script></div>
<p style="font-size:13px;margin:4px 0">${escapeHtml(caption)}. Drag the face to turn it, the ball to move the light.</p>
<script data-shared="mesh-viewer">${viewer()}</script>`;
  return display({ data: { "text/html": html, "text/plain": `[a face to turn: ${caption}]` }, metadata: {} });
}

async function gridOf(model: MorphableModel, coefficients: Coefficients, grid: number, albedo?: RgbImage) {
  const { uvs, triangles } = model;
  const space = uvSpaceOf(model, grid);
  const size = 224;
  const tensors = tf.tidy(() => {
    const at = { ...coefficients, angles: new Float32Array(3), translation: new Float32Array(3) };
    const c = coefficientTensors([at]);
    const { vertices, normals } = poseFace(model, c);
    const places = space.vertexToUv(tf.sub(vertices, tf.mean(vertices, 1, true)));
    const map = albedo
      ? tf.tensor4d(albedo.data, [1, albedo.width, albedo.width, 3])
      : space.vertexToUv(model.decodeAlbedo(c.albedo));
    const drawn = albedo
      ? renderTextured({ vertices, normals, triangles, uvs, size }, map, c.light)
      : renderCoarse(model, c, size);
    return { places, map, picture: drawn.image };
  });
  const image = async (map: tf.Tensor4D): Promise<RgbImage> => {
    return { width: map.shape[2], height: map.shape[1], data: (await map.data<"float32">()).slice() };
  };
  const shown = {
    positions: (await tensors.places.data<"float32">()).slice(),
    covered: (await space.covered.data<"float32">()).slice(),
    albedo: await image(tensors.map),
    picture: await image(tensors.picture),
  };
  tf.dispose(tensors);
  space.dispose();
  return shown;
}

async function jpegUrl(image: RgbImage, width: number): Promise<string> {
  const jpeg = await sharp(await imageToPng({ image, caption: "" }, width))
    .jpeg({ quality: 85 })
    .toBuffer();
  return `data:image/jpeg;base64,${base64(jpeg)}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** The script, without its comment lines and indentation. */
function viewer(): string {
  const text = readFileSync(new URL("mesh-viewer.js", import.meta.url), "utf8");
  return text
    .replace(/^\/\*[\s\S]*?\*\/\n/, "")
    .replace(/ *\/\/ [^\n]*$/gm, "")
    .replace(/^\s+/gm, "");
}
