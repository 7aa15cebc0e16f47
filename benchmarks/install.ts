/**
 * Times what a new user waits for, in a clone of the last commit: `npm ci` with nothing in npm's cache and from it,
 * the first photo, the same again, and one more photo in the same command; with `--also start,test` the main job
 * twice and the tests.
 */
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Measurement, median, type SuiteOptions } from "./measurement.js";

/** The rows that take long, in their order, and how often each is run: the second run finds more in caches. */
const longRows = { start: 2, test: 1 } as const;

const root = fileURLToPath(new URL("..", import.meta.url));
const photo = "datasets/portraits/astronaut.png";

export const install = (options: SuiteOptions) => measureInstall(root, options);

/**
 * @param project a git repository; changes that are not committed are not measured
 * @throws where a command fails, with its last line
 */
export async function measureInstall(
  project: string,
  { rounds, also, say }: Pick<SuiteOptions, "rounds" | "also" | "say">,
): Promise<Measurement[]> {
  const place = await mkdtemp(path.join(os.tmpdir(), "rerenderable-install-"));
  try {
    return await measureIn(place, project, { rounds, also, say });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function measureIn(
  place: string,
  project: string,
  { rounds, also, say }: Pick<SuiteOptions, "rounds" | "also" | "say">,
): Promise<Measurement[]> {
  const folder = path.join(place, "clone");
  await promisify(execFile)("git", ["clone", "--quiet", project, folder]);
  const npm = npmIn(folder, await ownEnvironment(place));
  const rows: Measurement[] = [];
  const row = (name: string, ms: number, rest: Partial<Measurement> = {}) => {
    say(`${name}: ${(ms / 1000).toFixed(1)} s`);
    const common = { suite: "install", engine: "", threads: os.availableParallelism() };
    rows.push({ ...common, case: name, medianMs: ms, ...rest });
  };

  row("npm ci with an empty cache", await npm("ci"), {
    sizeMb: await sizeMb(path.join(folder, "node_modules")),
  });
  row("npm ci from the cache", await npm("ci"));

  /** @returns milliseconds of the command, and what it says of its last photo */
  const reconstruct = async (...photos: string[]) => {
    const out = path.join(place, "out");
    const ms = await npm("run", "reconstruct", "--", ...photos, "--out", out);
    return { ms, ...(await newestSummary(out, photos.length)) };
  };
  const first = await reconstruct(photo);
  const memory = ({ engine, peakMemoryMb }: Summary) => ({ engine, peakMemoryMb });
  row("first photo", first.ms, memory(first));
  const again = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) again.push(await reconstruct(photo));
  row("first photo again", median(again.map(({ ms }) => ms)), memory(again[0]));
  const second = await reconstruct(photo, photo);
  row("one more photo", 1000 * second.seconds.total, memory(second));

  for (const name of ["start", "test"] as const) {
    if (!also.includes(name)) continue;
    for (let time = 1; time <= longRows[name]; time++)
      row(`npm ${name}${time > 1 ? " again" : ""}`, await npm(name));
  }
  return rows;
}

interface Summary {
  readonly engine: string;
  readonly seconds: { readonly total: number };
  readonly peakMemoryMb: number;
}

/** The summary of the last of equal photos, whose folders are counted. */
async function newestSummary(out: string, photos: number): Promise<Summary> {
  const name = path.parse(photo).name + (photos > 1 ? `-${photos}` : "");
  return JSON.parse(await readFile(path.join(out, name, "summary.json"), "utf8"));
}

/**
 * The user's environment, except for caches (npm's, and tsx's in the folder of temporary files) and what an outer npm
 * has set.
 */
async function ownEnvironment(place: string): Promise<NodeJS.ProcessEnv> {
  const [cache, temporary] = [path.join(place, "npm-cache"), path.join(place, "tmp")];
  await mkdir(temporary);
  const around =
    /^(npm_(package|lifecycle|command|config_local_prefix|config_cache|config_prefix)|INIT_CWD$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !around.test(name));
  return { ...Object.fromEntries(kept), npm_config_cache: cache, TMPDIR: temporary };
}

/** @returns what runs npm in `folder` and gives the milliseconds that it took */
function npmIn(folder: string, env: NodeJS.ProcessEnv) {
  const own = process.env.npm_execpath;
  const [program, before] = own?.endsWith(".js") ? [process.execPath, [own]] : ["npm", []];
  return async (...args: readonly string[]): Promise<number> => {
    const start = performance.now();
    const child = spawn(program, [...before, ...args], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-2000);
      });
    }
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (code === 0) return performance.now() - start;
    throw new Error(`npm ${args.join(" ")} ended with ${code}: ${said.trim().split("\n").at(-1)}`);
  };
}

/** The size of the files in a folder, without what the disk rounds them up to. */
export async function sizeMb(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes / 2 ** 20;
}
