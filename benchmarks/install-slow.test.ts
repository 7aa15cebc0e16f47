/** The tests use a project that depends only on a package of its own, so they need no network. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { measureInstall, sizeMb } from "./install.js";

/** Stands in for the command: it writes a summary for each photo and counts equal ones. */
const reconstruct = `
const fs = require("node:fs");
const [out, ...photos] = process.argv.slice(2).reverse();
photos.slice(1).forEach((_, i) => {
  const folder = \`\${out}/astronaut\${i > 0 ? "-" + (i + 1) : ""}\`;
  fs.mkdirSync(folder, { recursive: true });
  const summary = { engine: "wasm", seconds: { total: 2 + i }, peakMemoryMb: 700 + i };
  fs.writeFileSync(folder + "/summary.json", JSON.stringify(summary));
});`;

describe("benchmarks/install", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "install-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function makeProject(scripts: Readonly<Record<string, string>>): Promise<void> {
    const manifest = { name: "small", version: "1.0.0", workspaces: ["lib"] };
    const library = { name: "small-library", version: "1.0.0" };
    const link = { resolved: "lib", link: true };
    const packages = { "": manifest, lib: library, "node_modules/small-library": link };
    const lock = { name: "small", version: "1.0.0", lockfileVersion: 3, requires: true, packages };
    const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
    await write("package.json", JSON.stringify({ ...manifest, scripts }));
    await write("package-lock.json", JSON.stringify(lock));
    await mkdir(path.join(folder, "lib"));
    await write("lib/package.json", JSON.stringify(library));
    await write("reconstruct.cjs", reconstruct);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
    git("init");
    git("add", ".");
    git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-m", "all");
  }
  const options = { rounds: 1, say: () => {} };

  it("times what a stranger runs, in a clone with caches of its own", async () => {
    await makeProject({
      reconstruct: "node reconstruct.cjs",
      start: 'node -e "setTimeout(() => {}, 300)"',
      test: "node -e 0",
    });
    const rows = await measureInstall(folder, { ...options, also: ["start"] });
    assert.deepEqual(
      rows.map((row) => row.case),
      [
        "npm ci with an empty cache",
        "npm ci from the cache",
        "first photo",
        "first photo again",
        "one more photo",
        "npm start",
        "npm start again",
      ],
    );
    const of = (name: string) => rows.find((row) => row.case === name)!;
    assert.equal(of("one more photo").medianMs, 3000);
    assert.equal(of("one more photo").peakMemoryMb, 701);
    assert.equal(of("first photo").engine, "wasm");
    assert.ok(of("npm start").medianMs >= 300);
    const { sizeMb: size } = of("npm ci with an empty cache");
    assert.ok(size! > 0 && size! < 1, `${size}`);
  });

  it("stops where a command fails, and says which", async () => {
    await makeProject({ reconstruct: "node -e \"console.error('no face'); process.exit(3)\"" });
    await assert.rejects(measureInstall(folder, { ...options, also: [] }), {
      message: /^npm run reconstruct -- datasets\/portraits\/astronaut\.png --out \S+ ended with 3: .*/,
    });
  });

  it("counts the bytes of a folder, those below it too", async () => {
    await mkdir(path.join(folder, "a", "b"), { recursive: true });
    await writeFile(path.join(folder, "one"), Buffer.alloc(2 ** 20));
    await writeFile(path.join(folder, "a", "b", "two"), Buffer.alloc(2 ** 19));
    assert.equal(await sizeMb(folder), 1.5);
  });
});
