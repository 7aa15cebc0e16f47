/** Shows the pictures of a reconstruction in the report, with their descriptions. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Html, html } from "./html.js";

interface Shown {
  readonly file: string;
  readonly title: string;
  readonly says: string;
  /** Description for a reader who cannot see the picture. */
  readonly alt: string;
}

const rings = "yellow rings mark the 68 points that were detected, blue discs the fitted ones";

/** Pictures of the fit, from the photo to the coarse picture. */
export const fitPictures: readonly Shown[] = [
  {
    file: "input.png",
    title: "Input",
    says: "the photo, aligned",
    alt: "The photo, cropped and turned so that the face stands upright in the middle",
  },
  {
    file: "landmarks.png",
    title: "Landmarks",
    says: "rings detected, discs fitted",
    alt: `The aligned photo with points on brows, eyes, nose, mouth and jaw: ${rings}`,
  },
  {
    file: "mask.png",
    title: "Skin mask",
    says: "where the fit looks",
    alt: "White where the fitted face shows skin, black on eyes, mouth, hair and background",
  },
  {
    file: "prior.png",
    title: "Overlay",
    says: "the coarse picture over the photo",
    alt: "The rendered face of the morphable model laid over the photo",
  },
  {
    file: "coarse.png",
    title: "Coarse picture R(A, L)",
    says: "prior albedo under the coarse light",
    alt: "The rendered face of the morphable model alone, on black",
  },
  {
    file: "light-image.png",
    title: "Coarse light L",
    says: "on a white face, at half brightness",
    alt: "A white face under the light that was found in the photo",
  },
];

/** Uv maps of the face. */
export const mapPictures: readonly Shown[] = [
  {
    file: "unwrapped.png",
    title: "Unwrapped texture T",
    says: "the photo on the face; noise where nothing is seen",
    alt: "The photo's pixels spread out over the face's uv map, with noise in the parts turned away",
  },
  {
    file: "prior-albedo.png",
    title: "Prior albedo A",
    says: "the model's",
    alt: "The smooth skin colour that the morphable model fitted, spread out as a uv map",
  },
  {
    file: "albedo.png",
    title: "Detailed albedo A′",
    says: "the prior albedo with a part of the photo's fine detail",
    alt: "The skin colour with brows and some fine detail, spread out as a uv map",
  },
  {
    file: "uv-mask.png",
    title: "uv mask",
    says: "skin; eyes and inner mouth are left out",
    alt: "White on the skin of the uv map, black on eyes and inner mouth",
  },
];

/** Pictures of the face under other lights. */
export const relitPictures: readonly Shown[] = [
  {
    file: "albedo-image.png",
    title: "Albedo",
    says: "drawn without light",
    alt: "The reconstructed face without shading",
  },
  {
    file: "relit-studio.png",
    title: "Studio",
    says: "a soft key from the front and a fill",
    alt: "The reconstructed face in even studio light",
  },
  {
    file: "relit-window.png",
    title: "Window",
    says: "cool light from the left",
    alt: "The reconstructed face lit from the left, its right side in shade",
  },
  {
    file: "relit-sunset.png",
    title: "Sunset",
    says: "a low warm sun to the right",
    alt: "The reconstructed face lit by warm light from the right, its left side in shade",
  },
];

/** Makes a grid of pictures, which are part of the page itself; `large` is for pictures with fine details. */
export async function pictureGrid(
  folder: string,
  pictures: readonly Shown[],
  look: "" | "large" = "",
): Promise<Html> {
  const figures = await Promise.all(
    pictures.map(async ({ file, title, says, alt }) => {
      const bytes = await readFile(path.join(folder, file));
      const source = `data:image/png;base64,${bytes.toString("base64")}`;
      const caption = html`<figcaption><b>${title}</b><br>${says}</figcaption>`;
      return html`<figure><img src="${source}" alt="${alt}">${caption}</figure>\n`;
    }),
  );
  return html`<div class="pictures ${look}">${figures}</div>`;
}
