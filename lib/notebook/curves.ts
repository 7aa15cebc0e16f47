/** Curves that grow while a loop runs: one figure, which is drawn again in its place. */
import { randomUUID } from "node:crypto";
import { display } from "./display.js";
import { figureBundle } from "./figure.js";
import type { PlotlyFigure } from "./figure-png.js";

export interface Curves {
  /** Adds a point to each named curve. A value that is not finite leaves a gap. */
  add(step: number, values: Readonly<Record<string, number>>): Promise<void>;
  /** Draws all points, however long ago the last drawing was. */
  done(): Promise<void>;
}

export interface CurvesOptions {
  /** Names of the curves to draw; by default all that are named in `add`. */
  readonly names?: readonly string[];
  /** Scale of the axis; `log` needs values above 0. */
  readonly scale?: "linear" | "log";
  readonly xTitle?: string;
  /** Least time between two drawings; 1.5 by default, because a drawing takes some tenths of a second. */
  readonly seconds?: number;
  /** A clock, in milliseconds. */
  readonly now?: () => number;
}

/** @param title of the figure, and its alternative text with the last values */
export function showCurves(title: string, options: CurvesOptions = {}): Curves {
  const { names, scale = "linear", xTitle = "step", seconds = 1.5, now = () => performance.now() } = options;
  const id = `curves-${randomUUID()}`;
  const traces = new Map<string, { x: number[]; y: (number | null)[] }>();
  let last = Number.NEGATIVE_INFINITY;
  let drawn = false;
  let drawing: Promise<void> | undefined;
  const draw = async () => {
    const figure: PlotlyFigure = {
      data: [...traces].map(([name, { x, y }]) => ({ name, x, y, type: "scatter", mode: "lines" })),
      layout: {
        title: { text: title },
        xaxis: { title: { text: xTitle } },
        yaxis: { type: scale },
        showlegend: true,
        width: 640,
        height: 340,
      },
    };
    const ends = [...traces].map(([name, { y }]) => `${name} ${y.at(-1)?.toPrecision(3) ?? "none"}`);
    display(await figureBundle(figure, `${title}: at the end ${ends.join(", ")}.`), id, drawn);
    drawn = true;
    last = now(); // after the drawing, so that a slow one does not follow itself
  };
  return {
    async add(step, values) {
      for (const [name, value] of Object.entries(values)) {
        if (names && !names.includes(name)) continue;
        const trace = traces.get(name) ?? { x: [], y: [] };
        trace.x.push(step);
        trace.y.push(Number.isFinite(value) ? value : null);
        traces.set(name, trace);
      }
      if (drawing || now() - last < 1000 * seconds) return;
      drawing = draw().finally(() => {
        drawing = undefined;
      });
      await drawing;
    },
    async done() {
      await drawing; // a loop need not wait for its drawings
      await draw();
    },
  };
}
