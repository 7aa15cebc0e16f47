/** Writes a setting of the page as a file that `npm run experiment -- <config> --settings <file>` takes. */
import { toJson } from "../run/to-json.js";
import type { Requests } from "./requests.js";

/** @returns JSON, in the form of a run's own `config.json` */
export function settingFile({ experiment, setting }: Requests["config"]): string {
  const { prior, steps, learningRate, weights } = setting;
  const settings =
    experiment === "evaluate-detail"
      ? { prior, refine: { steps, learningRate, losses: { weights } } }
      : { losses: { weights }, schedule: { learningRate: { first: learningRate } } };
  return toJson({ experiment: experiment === "training" ? "smoke" : experiment, settings });
}
