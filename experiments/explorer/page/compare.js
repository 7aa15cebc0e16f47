/** Two settings on the shown face, side by side. */
import { attempt, byId, make, pictureFigure, showProgress } from "./elements.js";
import { post } from "./requests.js";
import { figureTable } from "./stages.js";

const names = ["coarse", "detailed", "albedo", "light"];

/**
 * @param {ReturnType<typeof import("./setting.js").makeSetting>} setting
 * @param {{ shown(): import("./faces.js").Face | undefined }} faces
 * @param {() => void} onDone
 */
export function makeComparison(setting, faces, onDone) {
  for (const side of ["a", "b"]) {
    const place = byId(`side-${side}`, HTMLDivElement);
    const button = byId(`run-${side}`, HTMLButtonElement);
    button.addEventListener("click", () =>
      attempt(async () => {
        const face = faces.shown();
        if (!face) return;
        const chosen = setting.chosen();
        button.disabled = true;
        showProgress(`Computing ${side.toUpperCase()} …`);
        try {
          const answer = await post("/api/compare", { face: face.id, side, setting: chosen });
          const { figures, seconds } = await answer.json();
          if (!face.compared.includes(side)) face.compared.push(side);
          fill(place, side, face, setting.differences(chosen), figures, seconds);
          onDone();
        } finally {
          button.disabled = false;
        }
      }),
    );
  }
  return {
    /** Called when another face is shown. The comparison was of the face before. */
    clear() {
      for (const side of ["a", "b"]) {
        const hint = make("p", { className: "hint", textContent: "Not computed for this face." });
        byId(`side-${side}`, HTMLDivElement).replaceChildren(
          make("h3", { textContent: side.toUpperCase() }),
          hint,
        );
      }
    },
  };
}

/**
 * @param {Element} place
 * @param {string} side
 * @param {import("./faces.js").Face} face
 * @param {string[]} lines
 * @param {import("./faces.js").FaceFigures} figures
 * @param {number} seconds
 */
function fill(place, side, face, lines, figures, seconds) {
  const run = Date.now(); // the same address shows another picture after each run
  const maps = face.maps.filter(({ name }) => names.includes(name));
  const pictures = maps.map((map) => {
    const { figure, image } = pictureFigure(map, `/api/map/${face.id}/${side}/${map.name}?run=${run}`);
    image.alt = `${side.toUpperCase()}: ${map.alt}`;
    return figure;
  });
  place.replaceChildren(
    make("h3", { textContent: side.toUpperCase() }),
    make("ul", {}, ...lines.map((textContent) => make("li", { textContent }))),
    make("div", { className: "pictures" }, ...pictures),
    figureTable(figures),
    make("p", { className: "hint", textContent: `Took ${seconds.toFixed(1)} s.` }),
  );
}
