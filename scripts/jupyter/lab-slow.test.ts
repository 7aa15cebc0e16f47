import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const { jupyterDataFolder } = require("./lab.cjs");
const script = fileURLToPath(new URL("lab.cjs", import.meta.url));

describe("npm run lab", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "rerenderable-jupyter-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("finds Jupyter's data folder as Jupyter does", () => {
    assert.equal(jupyterDataFolder({ JUPYTER_DATA_DIR: "/d" }, "darwin", "/h"), "/d");
    assert.equal(jupyterDataFolder({}, "darwin", "/h"), join("/h", "Library", "Jupyter"));
    assert.equal(jupyterDataFolder({}, "linux", "/h"), join("/h", ".local", "share", "jupyter"));
    assert.equal(jupyterDataFolder({ XDG_DATA_HOME: "/x" }, "linux", "/h"), join("/x", "jupyter"));
    assert.equal(jupyterDataFolder({ APPDATA: "/a" }, "win32", "/h"), join("/a", "jupyter"));
  });

  it("writes a kernelspec that starts our kernel", () => {
    const env = { ...process.env, JUPYTER_DATA_DIR: folder };
    const child = spawnSync(process.execPath, [script, "--install-only"], { env, encoding: "utf8" });
    assert.equal(child.status, 0, child.stderr);
    const spec = JSON.parse(readFileSync(join(folder, "kernels", "rerenderable", "kernel.json"), "utf8"));
    assert.equal(spec.language, "typescript");
    assert.equal(spec.argv.at(-1), "{connection_file}");
    for (const file of spec.argv.slice(0, -1)) assert.ok(existsSync(file), file);
  });

  it("says how to get Jupyter where there is none", () => {
    const env = { JUPYTER_DATA_DIR: folder, PATH: folder };
    const child = spawnSync(process.execPath, [script], { env, encoding: "utf8" });
    assert.equal(child.status, 1);
    assert.match(child.stderr, /^lab: no Jupyter found .*pip install jupyterlab.*npm run notebooks.*\n$/);
  });

  it("says to root how Jupyter is told to run as root, and tells it", function () {
    if (process.getuid?.() !== 0) this.skip();
    const jupyter = join(folder, "jupyter");
    writeFileSync(jupyter, '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const env = { JUPYTER_DATA_DIR: folder, PATH: `${folder}:/bin:/usr/bin` };
    const lab = (...args: string[]) =>
      spawnSync(process.execPath, [script, ...args], { env, encoding: "utf8" });
    const refused = lab();
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^lab: Jupyter does not run as root .*npm run lab -- --allow-root.*\n$/);
    assert.match(lab("--allow-root").stdout, /^lab --allow-root$/m);
  });
});
