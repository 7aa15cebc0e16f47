/**
 * The folder of one run, `results/<experiment>/<run>/`. It holds the settings (`config.json`), the machine and versions
 * (`environment.json`) and, at the end of the run, the results (`summary.json`).
 */
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { isTemporary, parseJson, writeFileAtomically } from "rerenderable/base";
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
  /** Path of the folder, `results/<experiment>/<name>`. */
  readonly folder: string;
  readonly shard: Shard;
  /** Makes the folder. Call it only after the input has been checked, so that a wrong path leaves no folder behind. */
  begin(): Promise<void>;
  /** Writes a file of the run, either completely or not at all. */
  write(file: string, content: string | Uint8Array): Promise<void>;
}

export interface RunRequest {
  readonly experiment: string;
  readonly name: string;
  readonly settings: Settings;
  /** Settings that may differ between the parts of one run, because they do not change the result. */
  readonly free: readonly string[];
  readonly results: string;
  readonly resume: boolean;
  readonly shard: Shard;
}

/**
 * Opens a run and checks what its folder already holds. Shards of one run share the folder, and each may run again.
 * @throws InputError if the run exists and `--resume` was not given, or if it has other settings
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
        // Another process may have begun and ended since the first check.
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

/** Removes the half-written files of a process that was killed. */
async function removeTemporaries(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter(isTemporary);
  await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
}

function checkSame(folder: string, before: Settings, now: Settings, free: readonly string[]): void {
  const keys = new Set([...allKeys(before), ...allKeys(now)]);
  const text = (settings: Settings, key: string) => JSON.stringify(valueAt(settings, key)); // compares lists too
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
    config = parseJson(text);
  } catch (error) {
    throw new InputError(file, expected, `text that is none (${(error as Error).message})`);
  }
  const settings = (config as { settings?: unknown } | null)?.settings;
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw new InputError(file, expected, "one without its settings");
  return config as { settings: Settings };
}
