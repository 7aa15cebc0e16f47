/** Describes the machine and the versions that a run used. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";

const root = path.join(import.meta.dirname, "../..");

/** Returns commit, machine and versions; the engine is one of the settings. */
export function runEnvironment() {
  const require = createRequire(import.meta.url);
  const version = (name: string): string => require(`${name}/package.json`).version;
  const [processor] = os.cpus();
  return {
    ...commit(),
    device: {
      processor: processor?.model.trim() ?? "unknown",
      cores: os.availableParallelism(),
      memoryGb: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.platform()} ${os.arch()}`,
    },
    versions: {
      rerenderable: version("rerenderable"),
      node: process.versions.node,
      tfjs: version("@tensorflow/tfjs"),
      sharp: sharp.versions.sharp,
    },
    startedAt: new Date().toISOString(),
  };
}

/** The commit, and whether files differ from it; both null if the code is not in a git repository. */
function commit(): { commit: string | null; changed: boolean | null } {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return { commit: git("rev-parse", "HEAD"), changed: git("status", "--porcelain", "-uno") !== "" };
  } catch {
    return { commit: null, changed: null };
  }
}
