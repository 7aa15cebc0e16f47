/** Starts and stops a live training. Its news come by server-sent events. */
import { makeCurves } from "./curves.js";
import { attempt, byId, pictureFigure } from "./elements.js";
import { post } from "./requests.js";

const previews = [
  {
    name: "detailed",
    title: "R(A′, L′)",
    says: "detailed albedo and light",
    alt: "The face as the refiner has it now",
  },
  {
    name: "coarselyLit",
    title: "R(A′, L)",
    says: "under the coarse light",
    alt: "The detailed albedo under one light",
  },
  { name: "light", title: "L′ on ½", says: "the light alone", alt: "The detailed light on a grey face" },
  { name: "albedo", title: "A′", says: "the flat map", alt: "The detailed albedo as a flat map" },
];

/**
 * @param {EventSource} events
 * @param {ReturnType<typeof import("./setting.js").makeSetting>} setting
 * @param {{ shown(): import("./faces.js").Face | undefined, other(): import("./faces.js").Face | undefined }} faces
 */
export function makeTraining(events, setting, faces) {
  const [start, stop] = [byId("train", HTMLButtonElement), byId("stop", HTMLButtonElement)];
  const state = byId("training-state", HTMLSpanElement);
  const curves = makeCurves(byId("curves", HTMLDivElement));
  const place = byId("previews", HTMLDivElement);
  /** @type {Map<string, HTMLImageElement>} */
  const images = new Map();
  let psnr = "";

  const running = (/** @type {boolean} */ runs) => {
    start.disabled = runs;
    stop.disabled = !runs;
  };

  start.addEventListener("click", () =>
    attempt(async () => {
      const face = faces.shown();
      if (!face) return;
      running(true);
      curves.clear();
      state.textContent = "The networks are being loaded …";
      try {
        await post("/api/training", {
          face: face.id,
          other: faces.other()?.id ?? null,
          setting: setting.chosen(),
        });
      } catch (error) {
        running(false);
        state.textContent = "";
        throw error;
      }
    }),
  );
  stop.addEventListener("click", () =>
    attempt(async () => {
      await post("/api/training/stop", {});
    }),
  );

  on(events, "step", ({ step, of, terms, milliseconds }) => {
    running(true);
    curves.add(terms);
    state.textContent = `Step ${step} of ${of}, ${Math.round(milliseconds)} ms${psnr}`;
  });
  on(events, "preview", ({ step, psnr: value }) => {
    psnr = `; R(A′, L′) ${value.toFixed(2)} dB after step ${step}`;
    if (images.size === 0) {
      for (const preview of previews) {
        const { figure, image } = pictureFigure(preview);
        images.set(preview.name, image);
        place.append(figure);
      }
    }
    for (const [name, image] of images) image.src = `/api/training/${name}?step=${step}&at=${Date.now()}`;
  });
  on(events, "end", ({ step, why, error }) => {
    running(false);
    state.textContent =
      why === "failed" ? `Failed after step ${step}: ${error}` : `${step} steps, ${why}${psnr}`;
  });
}

/** @param {EventSource} events @param {string} kind @param {(data: any) => void} listener */
export function on(events, kind, listener) {
  events.addEventListener(kind, (event) => {
    if (event instanceof MessageEvent) listener(JSON.parse(event.data));
  });
}
