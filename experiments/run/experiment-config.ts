/** What a config is: frozen plain data. A run's `config.json` is its settings, as `--set` left them. */

/** Values that JSON keeps as they are, in as many levels as it takes. */
export type SettingValue = string | number | boolean | null | readonly SettingValue[] | Settings;

export interface Settings {
  readonly [key: string]: SettingValue;
}

export interface ExperimentConfig<S = Settings> {
  /** As in `npm run experiment -- <name>`. */
  readonly name: string;
  /** One line. */
  readonly about: string;
  /** On two cores, with the settings as they stand here. */
  readonly expected: { readonly time: string; readonly result: string };
  readonly settings: S;
}
