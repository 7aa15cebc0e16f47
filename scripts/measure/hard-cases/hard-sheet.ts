/** The sheet of the hard cases: a row a face, with the figures that say how good each picture is. */

import type { RgbImage } from "rerenderable";
import { type CaptionedImage, imageStrip } from "rerenderable/notebook";
import sharp from "sharp";
import type { HardFace } from "./hard-faces.js";

const columns = 8;
const cell = 168;
const most = 1.2e6;

export async function hardSheet(faces: readonly HardFace[]): Promise<Buffer> {
  const { png } = await imageStrip(faces.flatMap(rowOf), { columns, width: columns * (cell + 8) - 8 });
  return png.length <= most ? png : sharp(png).png({ palette: true, colours: 256, effort: 10 }).toBuffer();
}

function rowOf({
  case: { caption },
  result: { pictures, maps, detail },
  figures,
}: HardFace): CaptionedImage[] {
  const { found, landmarks, maskIoU, psnr, albedoError, verdict } = figures;
  const blank = { ...maps.albedo, data: new Float32Array(maps.albedo.data.length).fill(1) };
  const how = found ? "" : ": not found, true points";
  const shown = (image: RgbImage = blank, text: string): CaptionedImage => ({
    image,
    caption: detail ? text : "no refiner",
  });
  return [
    { image: pictures.input, caption: `${caption}${how}` },
    { image: pictures.mask, caption: `skin mask, IoU ${maskIoU.toFixed(2)}` },
    {
      image: pictures.overlay,
      caption: `R(A, L) over it, ${psnr.coarse.toFixed(1)} dB; points off ${landmarks.fitToTrue.toFixed(1)} px; ${verdict}`,
    },
    shown(detail?.pictures.coarselyLit, "R(A′, L)"),
    shown(detail?.pictures.detailed, `R(A′, L′), ${psnr.detailed?.toFixed(1)} dB`),
    {
      image: pictures.albedo,
      caption: `A′, off by ${(albedoError.detailed ?? albedoError.prior).raw.toFixed(3)}; A by ${albedoError.prior.raw.toFixed(3)}`,
    },
    shown(detail && pictures.light, "L′ on ½"),
    { image: pictures.relit.window, caption: "A′ by a window to the left" },
  ];
}
