/** The setting: prior, steps, learning rate and the weights of the losses; saved as a config file. */
import { attempt, byId, make, save } from "./elements.js";
import { post } from "./requests.js";
import { makeSliders } from "./sliders.js";

/**
 * @typedef {{ prior: string, steps: number, learningRate: number, weights: Record<string, number> }} Setting
 * @param {{ weights: import("./sliders.js").Control[], refine: import("./sliders.js").Control[], priors: { all: string[], chosen: string } }} controls
 */
export function makeSetting({ weights, refine, priors }) {
  const prior = byId("prior", HTMLSelectElement);
  prior.append(...priors.all.map((value) => make("option", { value, textContent: value })));
  prior.value = priors.chosen;
  const weightSliders = makeSliders(byId("weights", HTMLDivElement), weights, () => {});
  const refineSliders = makeSliders(byId("refine", HTMLDivElement), refine, () => {});
  byId("weights-reset", HTMLButtonElement).addEventListener("click", () => {
    for (const { key, value = 0 } of weights) weightSliders.set(key, value);
  });

  /** @returns {Setting} */
  const chosen = () => ({
    prior: prior.value,
    steps: refineSliders.value("steps"),
    learningRate: Number((1e-6 * refineSliders.value("learningRate")).toPrecision(6)),
    weights: weightSliders.values(),
  });
  byId("config", HTMLButtonElement).addEventListener("click", () =>
    attempt(async () => {
      const experiment = byId("config-for", HTMLSelectElement).value;
      const file = await post("/api/config", { experiment, setting: chosen() });
      save(await file.blob(), "explorer-setting.json");
    }),
  );
  return {
    chosen,
    /** The differences from the defaults. @param {Setting} setting */
    differences(setting) {
      const changed = weights
        .filter(({ key, value }) => setting.weights[key] !== value)
        .map(({ key, value }) => `${key} ${setting.weights[key]} (default ${value})`);
      const steps = `${setting.steps} steps at ${setting.learningRate}`;
      return [`prior ${setting.prior}`, steps, ...changed];
    },
  };
}
