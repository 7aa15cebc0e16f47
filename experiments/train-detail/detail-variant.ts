/** Makes a training of the detail refinement from another one: only the settings that are named differ. */

import type { ExperimentConfig } from "../run/experiment-config.js";
import type { DetailTrainingSettings } from "./settings.js";

export type DetailTrainingConfig = ExperimentConfig<DetailTrainingSettings>;

/** Some of the settings; a list is replaced as a whole. */
export type Part<T> = T extends object ? { readonly [K in keyof T]?: Part<T[K]> } : T;

export function variant(
  base: DetailTrainingConfig,
  own: Omit<DetailTrainingConfig, "settings">,
  settings: Part<DetailTrainingSettings>,
): DetailTrainingConfig {
  return { ...own, settings: merged(base.settings, settings) };
}

function merged<T>(base: T, part: Part<T>): T {
  const all = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(part as object)) {
    const inner = typeof value === "object" && value !== null && !Array.isArray(value);
    all[key] = inner ? merged(all[key], value as Part<unknown>) : value;
  }
  return all as T;
}
