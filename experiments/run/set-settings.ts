/**
 * Applies `--set a.b=c`, and a file of settings, to a config's own: the key must be there, and the value be of its kind and
 * range.
 */
import { readFile } from "node:fs/promises";
import { distance } from "fastest-levenshtein";
import { InputError } from "rerenderable";
import type { z } from "zod";
import type { Settings, SettingValue } from "./experiment-config.js";

/**
 * @param settings the config's own
 * @param assignments `key=value`, keys with dots between their parts, in the order in which they were given
 * @param schema says what values are allowed
 * @throws InputError one line that names the key
 */
export function setSettings<S>(settings: S, assignments: readonly string[], schema: z.ZodType<S>): S {
  const changed = structuredClone(settings) as Record<string, SettingValue>;
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    if (equals < 1) throw new InputError("--set", "key=value", `"${assignment}"`);
    assign(changed, assignment.slice(0, equals), assignment.slice(equals + 1));
    // After each, so that the message is about what was just set.
    const checked = schema.safeParse(changed);
    if (!checked.success) throw refusal(checked.error.issues[0], assignment);
  }
  return schema.parse(changed);
}

/**
 * What a file of settings assigns, as `setSettings` takes it.
 * @param file JSON: some of the settings of a config, by themselves or, as in the `config.json` of a run, under `settings`
 * @throws InputError one line that names the file
 */
export async function fileAssignments(file: string): Promise<string[]> {
  const expected = "settings as JSON, as in the config.json of a run";
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(file, expected, error.code === "ENOENT" ? "no such file" : `${error.code}`);
  });
  let content: SettingValue;
  try {
    content = JSON.parse(text);
  } catch {
    throw new InputError(file, expected, "text that is none");
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

/** A text stays one where the config has a text: a folder may be called 7. */
function typed(text: string, before: SettingValue): SettingValue {
  if (typeof before === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unknownKey(settings: Settings, key: string): InputError {
  // A key without the parts before it is likelier than one of as many other letters.
  const far = (name: string) => Math.min(distance(key, name), distance(key, name.split(".").pop()!));
  const nearest = allKeys(settings).reduce((best, name) => (far(name) < far(best) ? name : best));
  return new InputError(
    `--set ${key}`,
    `a setting of this experiment; the nearest is ${nearest}`,
    "none of that name",
  );
}

/** Names of all values, with dots. */
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
