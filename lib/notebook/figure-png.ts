/**
 * Pictures of plotly figures without a browser: plotly.js draws an SVG into jsdom, sharp turns it into a PNG.
 *
 * jsdom has no layout and no canvas. Here @napi-rs/canvas stands in for both: it gives text widths for legends and
 * margins, and the canvas on which heatmaps are drawn. There is no WebGL, so figures in 3D need a browser. Loading
 * takes about 1.5 s, once; a figure takes 0.1 to 0.9 s.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import sharp from "sharp";
import { allowOwnDrawings } from "../base/image/photo-kind.js";

/** A plotly figure: plain data, as plotly.js and `application/vnd.plotly.v1+json` have it. */
export interface PlotlyFigure {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly layout?: Readonly<Record<string, unknown>>;
}

export interface PngOptions {
  /** Size in layout pixels; by default the layout's own, else 700 × 420. */
  readonly width?: number;
  readonly height?: number;
  /** PNG pixels for one layout pixel; by default 2, for sharp text on dense screens. */
  readonly scale?: number;
}

export interface DrawnLayout {
  readonly width: number;
  readonly height: number;
  readonly [key: string]: unknown;
}

/** The figure's layout with its size, and with margins and a font where it sets none; plotly's are wide. */
export function drawnLayout(figure: PlotlyFigure, options: PngOptions = {}): DrawnLayout {
  const layout = figure.layout ?? {};
  const size = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);
  return {
    ...layout,
    margin: { l: 64, r: 24, t: layout.title ? 56 : 24, b: 56, ...(layout.margin as object | undefined) },
    font: { family: "Helvetica, Arial, sans-serif", ...(layout.font as object | undefined) },
    width: options.width ?? size(layout.width, 700),
    height: options.height ?? size(layout.height, 420),
  };
}

/** Whether drawing the figure needs WebGL, which only a browser has. */
export function needsBrowser(figure: PlotlyFigure): boolean {
  return figure.data.some(({ type }) => IN_3D.has(String(type)) || String(type).endsWith("gl"));
}

const IN_3D = new Set([
  "scatter3d",
  "surface",
  "mesh3d",
  "cone",
  "streamtube",
  "volume",
  "isosurface",
  "parcoords",
]);

/**
 * Draws a figure.
 *
 * @returns PNG of width × scale by height × scale pixels
 * @throws if the figure needs WebGL, or plotly refuses it
 */
export async function figureToPng(figure: PlotlyFigure, options: PngOptions = {}): Promise<Buffer> {
  if (needsBrowser(figure)) {
    const types = figure.data.map(({ type }) => type ?? "scatter").join(", ");
    throw new Error(
      `figureToPng: \`figure\` should be in 2D, WebGL needs a browser, but has traces ${types}.`,
    );
  }
  const plotly = await loadPlotly();
  // plotly writes into what it draws
  const { data, layout } = structuredClone({ data: figure.data, layout: drawnLayout(figure, options) });
  const { width, height } = layout;
  const url = await plotly.toImage({ data, layout }, { format: "svg", width, height });
  const svg = Buffer.from(decodeURIComponent(url.replace(/^data:image\/svg\+xml,/, "")));
  allowOwnDrawings();
  return sharp(svg, { density: 72 * (options.scale ?? 2) })
    .flatten({ background: "white" })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

interface Plotly {
  toImage(figure: object, options: { format: "svg"; width: number; height: number }): Promise<string>;
}

let loading: Promise<Plotly> | undefined;

function loadPlotly(): Promise<Plotly> {
  loading ??= startPlotly();
  return loading;
}

async function startPlotly(): Promise<Plotly> {
  const { JSDOM } = await import("jsdom");
  const canvas = await import("@napi-rs/canvas");
  const page = "<!doctype html><html><body></body></html>";
  const { window } = new JSDOM(page, { runScripts: "outside-only", pretendToBeVisual: true });
  window.URL.createObjectURL = () => ""; // for map workers, which are never started
  giveCanvas(window, canvas.createCanvas);
  giveTextSizes(window, canvas.createCanvas(1, 1).getContext("2d"));
  const file = createRequire(import.meta.url).resolve("plotly.js-dist-min");
  window.eval(readFileSync(file, "utf8"));
  return (window as unknown as { Plotly: Plotly }).Plotly;
}

type Window = import("jsdom").DOMWindow;
type CreateCanvas = (width: number, height: number) => import("@napi-rs/canvas").Canvas;
type Context = import("@napi-rs/canvas").SKRSContext2D;

/** Lets canvas elements draw, because plotly paints heatmaps and images on them. */
function giveCanvas(window: Window, createCanvas: CreateCanvas): void {
  const canvases = new WeakMap<object, ReturnType<CreateCanvas>>();
  const canvasOf = (element: HTMLCanvasElement) => {
    let canvas = canvases.get(element);
    if (!canvas || canvas.width !== element.width || canvas.height !== element.height) {
      canvas = createCanvas(element.width, element.height);
      canvases.set(element, canvas);
    }
    return canvas;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string) {
      return kind === "2d" ? canvasOf(this).getContext("2d") : null;
    },
    toDataURL(this: HTMLCanvasElement) {
      return canvasOf(this).toDataURL("image/png");
    },
  });
}

/** Lets SVG elements say how large their text is, because plotly sizes legends, titles and margins by it. */
function giveTextSizes(window: Window, context: Context): void {
  const boxOf = (element: Element) => {
    const size = inherited(element, "fontSize", "12px");
    const weight = inherited(element, "fontWeight", "normal");
    context.font = `${weight} ${size} ${inherited(element, "fontFamily", "sans-serif")}`;
    const lineSpans = [...element.querySelectorAll("tspan.line")];
    const lines = (lineSpans.length > 0 ? lineSpans : [element]).map((line) => line.textContent ?? "");
    const height = Number.parseFloat(size) * (1.2 + 1.3 * (lines.length - 1));
    const width = Math.max(...lines.map((line) => context.measureText(line).width));
    return { x: 0, y: -Number.parseFloat(size) * 0.9, width, height };
  };
  const ofHtml = window.Element.prototype.getBoundingClientRect;
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: SVGElement) {
      return boxOf(this);
    },
    getComputedTextLength(this: SVGElement) {
      return boxOf(this).width;
    },
  });
  window.Element.prototype.getBoundingClientRect = function (this: Element) {
    if (!(this instanceof window.SVGElement)) return ofHtml.call(this);
    const { width, height } = boxOf(this);
    return new window.DOMRect(0, 0, width, height);
  };
}

/** Value of a style property, from the element or the nearest parent that sets it. */
function inherited(element: Element, property: "fontSize" | "fontWeight" | "fontFamily", otherwise: string) {
  for (let one: Element | null = element; one; one = one.parentElement) {
    const value = (one as SVGElement).style?.[property];
    if (value) return value;
  }
  return otherwise;
}
