"use strict";
/**
 * Opens the notebooks in the user's own Jupyter, with this project's kernel:
 *
 *     npm run lab [-- --install-only] [-- arguments for Jupyter, as --allow-root]
 *
 * Writes the kernelspec `rerenderable` for this user and checkout, generates the notebooks that are missing, then
 * starts `jupyter lab`, or `jupyter notebook` where there is no lab, in `notebooks/`.
 */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { spawn, spawnSync } = require("node:child_process");
const { generateMissing } = require("./notebooks.cjs");

const root = path.join(__dirname, "../..");

const FRONT_ENDS = [["jupyter", "lab"], ["jupyter-lab"], ["jupyter", "notebook"], ["jupyter-notebook"]];

function main(args) {
  const file = installKernel(jupyterDataFolder());
  process.stdout.write(`kernel "rerenderable" is in ${path.dirname(file)}\n`);
  if (args.includes("--install-only")) return;
  const folder = path.join(root, "notebooks");
  for (const name of generateMissing(folder))
    process.stdout.write(`generated ${name}.ipynb from its source\n`);
  const frontEnd = FRONT_ENDS.find(isThere);
  if (!frontEnd) {
    process.stderr.write(
      "lab: no Jupyter found on the PATH. `pip install jupyterlab` gets it; " +
        "`npm run notebooks` runs all notebooks and writes pages without it.\n",
    );
    process.exit(1);
  }
  if (process.getuid?.() === 0 && !args.includes("--allow-root")) {
    process.stderr.write(
      "lab: Jupyter does not run as root unless it is told to: `npm run lab -- --allow-root`. " +
        "Who reaches its page then has root's rights.\n",
    );
    process.exit(1);
  }
  const [command, ...rest] = frontEnd;
  const child = spawn(command, [...rest, ...args], { cwd: folder, stdio: "inherit", shell: needsShell });
  process.on("SIGINT", () => {}); // Jupyter asks its own question on Ctrl-C; this process ends with it
  child.on("exit", (code) => process.exit(code ?? 1));
}

/** On Windows, these commands may be .cmd files, and only a shell can start these. */
const needsShell = process.platform === "win32";

function isThere([command, ...rest]) {
  return spawnSync(command, [...rest, "--version"], { stdio: "ignore", shell: needsShell }).status === 0;
}

/** @returns {string} Jupyter's data folder of this user, found as Jupyter itself finds it */
function jupyterDataFolder(environment = process.env, platform = process.platform, home = os.homedir()) {
  if (environment.JUPYTER_DATA_DIR) return environment.JUPYTER_DATA_DIR;
  if (platform === "darwin") return path.join(home, "Library", "Jupyter");
  if (platform === "win32")
    return path.join(environment.APPDATA ?? path.join(home, "AppData", "Roaming"), "jupyter");
  return path.join(environment.XDG_DATA_HOME ?? path.join(home, ".local", "share"), "jupyter");
}

/** @param {string} dataFolder @returns {string} path of the kernel.json written */
function installKernel(dataFolder) {
  const file = path.join(dataFolder, "kernels", "rerenderable", "kernel.json");
  const spec = {
    argv: [process.execPath, path.join(__dirname, "kernel.cjs"), "{connection_file}"],
    display_name: "rerenderable (TypeScript)",
    language: "typescript",
    interrupt_mode: "signal",
  };
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(spec, null, 2)}\n`);
  return file;
}

module.exports = { jupyterDataFolder, installKernel };

if (require.main === module) main(process.argv.slice(2));
