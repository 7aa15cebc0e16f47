/** A plotly figure. It is interactive if the front end knows plotly, else it is a picture. */
import { display, type MimeBundle } from "./display.js";
import { drawnLayout, figureToPng, needsBrowser, type PlotlyFigure, type PngOptions } from "./figure-png.js";

export interface FigureOptions extends PngOptions {
  /** A picture to use instead of plotly's, for instance of a mesh in 3D drawn by our renderer. */
  readonly png?: Buffer;
}

/**
 * Shows a figure as `application/vnd.plotly.v1+json` with a PNG of it. A figure in 3D has a PNG only if `png` is given.
 *
 * @param figure traces and layout, plain data
 * @param alt what the figure says, in a sentence, for readers who do not see it
 */
export async function showFigure(
  figure: PlotlyFigure,
  alt: string,
  options: FigureOptions = {},
): Promise<MimeBundle> {
  return display(await figureBundle(figure, alt, options));
}

/** What {@link showFigure} shows. */
export async function figureBundle(
  figure: PlotlyFigure,
  alt: string,
  options: FigureOptions = {},
): Promise<MimeBundle> {
  if (!alt) throw new Error("showFigure: `alt` should say what the figure shows but is empty.");
  const layout = drawnLayout(figure, options);
  const { width, height } = layout;
  const png = options.png ?? (needsBrowser(figure) ? null : await figureToPng(figure, options));
  const data: Record<string, unknown> = {
    "application/vnd.plotly.v1+json": toPlainJson({ data: figure.data, layout }),
    "text/plain": `[figure: ${alt}]`,
  };
  if (png) data["image/png"] = png.toString("base64");
  return { data, metadata: { "image/png": { alt, width, height } } };
}

/** Turns typed arrays into lists; JSON would write them as objects with a key for each number. */
function toPlainJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_, part) =>
    ArrayBuffer.isView(part) && !(part instanceof DataView) ? Array.from(part as Float32Array) : part,
  );
  return JSON.parse(text);
}
