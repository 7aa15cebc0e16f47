/** Labelled sliders with their values, by key. */
import { make } from "./elements.js";

/**
 * @typedef {{ key: string, label: string, least: number, most: number, step: number, value?: number }} Control
 * @typedef {{ value(key: string): number, set(key: string, value: number): void, values(): Record<string, number> }} Sliders
 */

/** How many sliders of a long group are shown at once. */
const shown = 12;

/**
 * @param {Element} place
 * @param {Control[]} controls
 * @param {(key: string, value: number) => void} onChange
 * @returns {Sliders}
 */
export function makeSliders(place, controls, onChange) {
  /** @type {Map<string, { input: HTMLInputElement, output: HTMLOutputElement, control: Control }>} */
  const all = new Map();
  const row = (/** @type {Control} */ control) => {
    const { key, label, least, most, step, value = 0 } = control;
    const id = `${place.id}-${key}`;
    const input = make("input", { type: "range", id });
    Object.assign(input, { min: String(least), max: String(most), step: String(step) });
    const output = make("output");
    output.htmlFor.add(id);
    all.set(key, { input, output, control });
    set(key, value);
    input.addEventListener("input", () => {
      output.value = shownValue(control, input.valueAsNumber);
      onChange(key, input.valueAsNumber);
    });
    return make(
      "div",
      { className: "slider" },
      make("label", { htmlFor: id, textContent: label }),
      input,
      output,
    );
  };
  const set = (/** @type {string} */ key, /** @type {number} */ value) => {
    const entry = all.get(key);
    if (!entry) return;
    entry.input.value = String(value);
    entry.output.value = shownValue(entry.control, value);
  };
  place.replaceChildren(...controls.slice(0, shown).map(row));
  if (controls.length > shown) {
    const rest = controls.slice(shown).map(row);
    place.append(make("details", {}, make("summary", { textContent: `${rest.length} more` }), ...rest));
  }
  const value = (/** @type {string} */ key) => all.get(key)?.input.valueAsNumber ?? 0;
  return {
    value,
    set,
    values: () => Object.fromEntries([...all.keys()].map((key) => [key, value(key)])),
  };
}

/** As many decimals as a step has. @param {Control} control @param {number} value */
function shownValue({ step }, value) {
  return value.toFixed(Math.min(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)), 5));
}
