/**
 * The folder of one run, `results/<experiment>/<run>/`: what it was asked for (`config.json`), what it ran on
 * (`environment.json`) and, at its end, what came out (`summary.json`).
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError, writeFileAtomically } from "rerenderable";
import type { Shard } from "../datasets/prepare/photo-index.js";
import type { Settings, SettingValue } from "./configs/experiment-config.js";
import { toJson } from "./reconstruction-files.js";
import { runEnvironment } from "./run-environment.js";
import { allKeys } from "./set-settings.js";
import { makeFolder, reason } from "./write-folder.js";

export interface Run {
  readonly experiment: string;
  readonly name: string;
  /** `results/<experiment>/<name>`. */
  readonly folder: string;
  readonly shard: Shard;
  /** Makes the folder; to be called when the input is known to be good, so that a wrong path leaves none behind. */
  begin(): Promise<void>;
  /** Writes a file of the run, whole or not at all. */
  write(file: string, content: string | Uint8Array): Promise<void>;
}

export interface RunRequest {
  readonly experiment: string;
  readonly name: string;
  readonly settings: Settings;
  /** Settings that may differ between the parts of one run, as they change nothing in the result. */
  readonly free: readonly string[];
  readonly results: string;
  readonly resume: boolean;
  readonly shard: Shard;
}

/**
 * Looks at what is there already. Shards of one run share its folder, and each may be run again.
 * @throws InputError where there is such a run and it was not to be resumed, or it has other settings
 */
export async function openRun(request: RunRequest): Promise<Run> {
  const { experiment, name, settings, free, results, resume, shard } = request;
  const folder = path.join(results, experiment, name);
  const configFile = path.join(folder, "config.json");
  const earlier = await readJson(configFile);
  if (earlier !== undefined) {
    if (!resume && shard.count === 1) {
      const expected = "a new run (--resume goes on with this one, --run <name> makes another)";
      throw new InputError(folder, expected, "one that was begun before");
    }
    checkSame(folder, earlier.settings, settings, free);
  }
  const write: Run["write"] = (file, content) => writeFileAtomically(path.join(folder, file), content);
  return {
    experiment,
    name,
    folder,
    shard,
    write,
    async begin() {
      await makeFolder(folder).catch((error) => {
        throw new InputError(folder, "a folder that can be written to", reason(error));
      });
      if (earlier === undefined) await write("config.json", toJson({ experiment, run: name, settings }));
      await write("environment.json", toJson(runEnvironment()));
    },
  };
}

function checkSame(folder: string, before: Settings, now: Settings, free: readonly string[]): void {
  const keys = new Set([...allKeys(before), ...allKeys(now)]);
  const text = (settings: Settings, key: string) => JSON.stringify(valueAt(settings, key)); // lists too
  const changed = [...keys].find((key) => !free.includes(key) && text(before, key) !== text(now, key));
  if (changed === undefined) return;
  const expected = `${changed}=${valueAt(before, changed)}, as this run was begun (--run <name> makes another)`;
  throw new InputError(folder, expected, `${changed}=${valueAt(now, changed)}`);
}

function valueAt(settings: Settings, key: string): SettingValue | undefined {
  return key
    .split(".")
    .reduce<SettingValue | undefined>((place, part) => (place as Settings | undefined)?.[part], settings);
}

async function readJson(file: string): Promise<{ settings: Settings } | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(file, "the config of a run, as JSON", "text that is none");
  }
}
