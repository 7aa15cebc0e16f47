/**
 * Applies `--set a.b=c`, and a file of settings, to the settings of a config. The key must exist, and the value must have
 * its type and lie in its range.
 */
import { distance } from "fastest-levenshtein";
import { InputError } from "rerenderable";
import { parseJson, readInputText } from "rerenderable/base";
import type { z } from "zod";
import type { Settings, SettingValue } from "./experiment-config.js";

/**
 * @param settings the settings of the config
 * @param assignments `key=value`, keys with dots between their parts, in the order in which they were given
 * @param schema says what values are allowed
 * @throws InputError with one line that names the key
 */
export function setSettings<S>(settings: S, assignments: readonly string[], schema: z.ZodType<S>): S {
  const changed = structuredClone(settings) as Record<string, SettingValue>;
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    if (equals < 1) throw new InputError("--set", "key=value", `"${assignment}"`);
    assign(changed, assignment.slice(0, equals), assignment.slice(equals + 1));
    // Checked after each assignment, so that the message is about the last one.
    const checked = schema.safeParse(changed);
    if (!checked.success) throw refusal(checked.error.issues[0], assignment);
  }
  return schema.parse(changed);
}

/**
 * Reads a file of settings as assignments for `setSettings`.
 * @param file JSON with some settings of a config, either at its top or under `settings`, as in a run's `config.json`
 * @throws InputError with one line that names the file
 */
export async function fileAssignments(file: string): Promise<string[]> {
  const expected = "settings as JSON, as in the config.json of a run";
  const text = await readInputText(file, expected);
  let content: SettingValue;
  try {
    content = parseJson(text) as SettingValue;
  } catch (error) {
    throw new InputError(file, expected, `text that is none (${(error as Error).message})`);
  }
  if (!isSettings(content)) throw new InputError(file, expected, "JSON that is none");
  const settings = isSettings(content.settings) ? content.settings : content;
  return allKeys(settings).map((key) => {
    const value = key.split(".").reduce<SettingValue>((place, part) => (place as Settings)[part]!, settings);
    return `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
}

function assign(settings: Record<string, SettingValue>, key: string, text: string): void {
  const parts = key.split(".");
  const last = parts.pop()!;
  let place: Settings = settings;
  for (const part of parts) {
    const inner = Object.hasOwn(place, part) ? place[part] : undefined;
    if (!isSettings(inner)) throw unknownKey(settings, key);
    place = inner;
  }
  if (!Object.hasOwn(place, last)) throw unknownKey(settings, key);
  if (isSettings(place[last])) {
    const inside = allKeys(settings).filter((name) => name.startsWith(`${key}.`));
    throw new InputError(`--set ${key}`, `one of the settings in it (${inside.join(", ")})`, `"${text}"`);
  }
  (place as Record<string, SettingValue>)[last] = typed(text, place[last]!);
}

/** Reads a value as JSON, but keeps it as text if the config has a text there: a folder may be called 7. */
function typed(text: string, before: SettingValue): SettingValue {
  if (typeof before === "string") return text;
  try {
    return parseJson(text) as SettingValue;
  } catch {
    return text;
  }
}

function unknownKey(settings: Settings, key: string): InputError {
  // The last part of a key alone is a likelier mistake than a key with as many wrong letters.
  const far = (name: string) => Math.min(distance(key, name), distance(key, name.split(".").pop()!));
  const nearest = allKeys(settings).reduce((best, name) => (far(name) < far(best) ? name : best));
  return new InputError(
    `--set ${key}`,
    `a setting of this experiment; the nearest is ${nearest}`,
    "none of that name",
  );
}

/** Lists the keys of all values, with dots between their parts. */
export function allKeys(settings: Settings, before = ""): string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    isSettings(value) ? allKeys(value, `${before}${name}.`) : [before + name],
  );
}

function isSettings(value: SettingValue | undefined): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(issue: z.core.$ZodIssue, assignment: string): InputError {
  const equals = assignment.indexOf("=");
  return new InputError(
    `--set ${assignment.slice(0, equals)}`,
    expectation(issue),
    `"${assignment.slice(equals + 1)}"`,
  );
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `a ${issue.expected}`;
    case "too_small":
      return issue.origin === "string" ? "a text that is not empty" : `a number from ${issue.minimum}`;
    case "too_big":
      return `a number up to ${issue.maximum}`;
    default:
      return issue.message;
  }
}
