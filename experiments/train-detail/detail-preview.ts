/** Makes a sheet of faces outside the training, as the refiner makes them now, with a row for each face. */

import type { InspectedFace } from "rerenderable";
import { type CaptionedImage, imageStrip } from "rerenderable/notebook";

const columns = 9;

export async function detailPreview(faces: readonly InspectedFace[]): Promise<Uint8Array> {
  const images = faces.flatMap(({ pictures, maps }): CaptionedImage[] => {
    const blank = { ...maps.prior, data: new Float32Array(maps.prior.data.length).fill(1) };
    return [
      { image: pictures.photo, caption: "I" },
      { image: maps.texture, caption: "T" },
      { image: maps.prior, caption: "A" },
      { image: maps.detailed, caption: "A′" },
      { image: maps.truth ?? blank, caption: maps.truth ? "truth" : "" },
      { image: pictures.coarse, caption: "R(A, L)" },
      { image: pictures.coarselyLit, caption: "R(A′, L)" },
      { image: pictures.detailed, caption: "R(A′, L′)" },
      { image: pictures.light, caption: "L′ on ½" },
    ];
  });
  const { png } = await imageStrip(images, { columns, width: 1500 });
  return png;
}
