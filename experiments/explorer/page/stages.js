/** The maps of each stage of the shown face, and how close its pictures come. */
import { byId, make, pictureFigure } from "./elements.js";

/** @typedef {import("./faces.js").Face} Face */

/** @param {Face} face */
export function showStages(face) {
  const figures = face.maps.map((map) => pictureFigure(map, `/api/map/${face.id}/loaded/${map.name}`).figure);
  byId("maps", HTMLDivElement).replaceChildren(...figures);
  byId("figures", HTMLDivElement).replaceChildren(figureTable(face.figures));
  const warnings = byId("warnings", HTMLUListElement);
  warnings.replaceChildren(...face.warnings.map((textContent) => make("li", { textContent })));
  warnings.hidden = face.warnings.length === 0;
}

/** @param {import("./faces.js").FaceFigures} figures */
export function figureTable({ pictures, landmarkError }) {
  const cell = (/** @type {string} */ textContent) => make("td", { textContent });
  const rows = Object.entries(pictures).map(([name, { l1, psnr, ssim }]) =>
    make(
      "tr",
      {},
      make("th", { textContent: name, scope: "row" }),
      cell(l1.toFixed(4)),
      cell(`${psnr.toFixed(2)} dB`),
      cell(ssim.toFixed(3)),
    ),
  );
  const head = ["on the skin mask", "L1", "PSNR", "SSIM"].map((textContent) =>
    make("th", { textContent, scope: "col" }),
  );
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  const note = `Inner landmarks are off by ${landmarkError.toFixed(2)} px on average.`;
  return make("div", {}, make("div", { className: "scroll" }, table), note);
}
