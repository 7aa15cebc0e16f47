/** Small curves, one for each term of the losses, which grow during a training. */
import { make } from "./elements.js";

const [width, height, margin] = [200, 64, 4];
const svgNames = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} place */
export function makeCurves(place) {
  /** @type {Map<string, { values: number[], line: SVGElement, drawing: SVGElement, label: HTMLElement }>} */
  const curves = new Map();

  /** @param {string} name */
  function begin(name) {
    const drawing = document.createElementNS(svgNames, "svg");
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.setAttribute("preserveAspectRatio", "none");
    drawing.setAttribute("role", "img");
    const line = document.createElementNS(svgNames, "polyline");
    drawing.append(line);
    const label = make("figcaption");
    const figure = make("figure", { className: "curve" }, drawing, label);
    if (name === "total") place.prepend(figure);
    else place.append(figure);
    const curve = { values: /** @type {number[]} */ ([]), line, drawing, label };
    curves.set(name, curve);
    return curve;
  }

  return {
    clear() {
      curves.clear();
      place.replaceChildren();
    },
    /** @param {Record<string, number>} terms of one step */
    add(terms) {
      for (const [name, value] of Object.entries(terms)) {
        const curve = curves.get(name) ?? begin(name);
        curve.values.push(value);
        draw(name, curve);
      }
    },
  };
}

/**
 * @param {string} name
 * @param {{ values: number[], line: SVGElement, drawing: SVGElement, label: HTMLElement }} curve
 */
function draw(name, { values, line, drawing, label }) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const spread = most - least || 1;
  const points = values.map((value, i) => {
    const x = margin + ((width - 2 * margin) * i) / Math.max(values.length - 1, 1);
    const y = height - margin - ((height - 2 * margin) * (value - least)) / spread;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  line.setAttribute("points", points.join(" "));
  const text = `${short(values[0])} → ${short(values[values.length - 1])}`;
  drawing.setAttribute("aria-label", `${name}, by step: ${text}`);
  label.replaceChildren(make("b", { textContent: name }), ` ${text}`);
}

/** @param {number} value */
function short(value) {
  return value === 0 ? "0" : Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toPrecision(3);
}
