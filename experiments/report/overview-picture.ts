/** Makes the strip of pictures on the README's first page from the files of a reconstruction. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "rerenderable/base";
import { imageStrip } from "rerenderable/notebook";
import sharp from "sharp";

const shown = [
  ["input.png", "photo"],
  ["prior.png", "fitted face"],
  ["unwrapped.png", "photo on the flat map"],
  ["albedo.png", "albedo"],
  ["relit-studio.png", "studio"],
  ["relit-window.png", "window"],
  ["relit-sunset.png", "sunset"],
] as const;

/**
 * @param folder folder of a reconstruction
 * @param file path of the PNG to write
 */
export async function writeOverviewPicture(folder: string, file: string): Promise<void> {
  const images = await Promise.all(
    shown.map(async ([name, caption]) => {
      const { data, info } = await sharp(await readFile(path.join(folder, name)))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const image = { width: info.width, height: info.height, data: Float32Array.from(data, (b) => b / 255) };
      return { image, caption };
    }),
  );
  const { png } = await imageStrip(images, { columns: shown.length, width: 1240 });
  await writeFileAtomically(file, png);
}
