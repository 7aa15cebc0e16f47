/** The form of a config: frozen plain data. A run's `config.json` holds the settings after `--set` has changed them. */

/** Values that JSON keeps unchanged, nested to any depth. */
export type SettingValue = string | number | boolean | null | readonly SettingValue[] | Settings;

export interface Settings {
  readonly [key: string]: SettingValue;
}

export interface ExperimentConfig<S = Settings> {
  /** The name in `npm run experiment -- <name>`. */
  readonly name: string;
  /** One line that says what the experiment does. */
  readonly about: string;
  /** Expected time on two cores and expected result, with the settings unchanged. */
  readonly expected: { readonly time: string; readonly result: string };
  readonly settings: S;
}
