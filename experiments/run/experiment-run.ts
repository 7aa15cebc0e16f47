/**
 * The folder of one run, `results/<experiment>/<run>/`: what it was asked for (`config.json`), what it ran on
 * (`environment.json`) and, at its end, what came out (`summary.json`).
 */
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { isTemporary, writeFileAtomically } from "rerenderable/base";
import type { Shard } from "../../datasets/prepare/photo-index.js";
import type { Settings, SettingValue } from "./experiment-config.js";
import { reason } from "./machine-failure.js";
import { runEnvironment } from "./run-environment.js";
import { lockRun } from "./run-lock.js";
import { allKeys } from "./set-settings.js";
import { toJson } from "./to-json.js";
import { makeFolder } from "./write-folder.js";

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
  const earlier = await readConfig(configFile);
  if (earlier !== undefined) {
    if (!resume && shard.count === 1) throw begunBefore(folder);
    checkSame(folder, earlier.settings, settings, free);
  }
  const write: Run["write"] = async (file, content) => {
    const place = path.join(folder, file);
    await writeFileAtomically(place, content).catch((error) => {
      throw new InputError(place, "a file that can be written", reason(error));
    });
  };
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
      const { index, count } = shard;
      await lockRun(folder, path.join(folder, count === 1 ? "run.lock" : `run-${index}-of-${count}.lock`));
      if (count === 1) {
        // Another process may have begun, and ended, since we looked.
        if (earlier === undefined && (await readConfig(configFile)) !== undefined) throw begunBefore(folder);
        await removeTemporaries(folder);
      }
      if (earlier === undefined) await write("config.json", toJson({ experiment, run: name, settings }));
      await write("environment.json", toJson(runEnvironment()));
    },
  };
}

function begunBefore(folder: string): InputError {
  const expected = "a new run (--resume goes on with this one, --run <name> makes another)";
  return new InputError(folder, expected, "one that was begun before");
}

/** What a process that was killed had half-written. */
async function removeTemporaries(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter(isTemporary);
  await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
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

async function readConfig(file: string): Promise<{ settings: Settings } | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new InputError(
      file,
      "the config of a run",
      error.code === "EISDIR" ? "a directory" : reason(error),
    );
  });
  if (text === undefined) return undefined;
  const expected = "the config of a run, as JSON";
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw new InputError(file, expected, "text that is none");
  }
  const settings = (config as { settings?: unknown } | null)?.settings;
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw new InputError(file, expected, "one without its settings");
  return config as { settings: Settings };
}
