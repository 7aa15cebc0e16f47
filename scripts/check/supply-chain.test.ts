/** Checks the install: all versions are exact, and the origin of each file is documented. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const readJson = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, "utf8"));

describe("the supply chain", () => {
  it("is pinned: each dependency at one version, in the manifests and in the lock", async () => {
    for (const file of ["package.json", "lib/package.json"]) {
      const { dependencies, devDependencies, optionalDependencies, peerDependencies, overrides } =
        await readJson<Manifest>(file);
      const groups = [dependencies, devDependencies, optionalDependencies, peerDependencies];
      const all = [...groups, ...Object.values(overrides ?? {})].flatMap((group) =>
        Object.entries(group ?? {}),
      );
      for (const [name, range] of all) {
        assert.match(range.replace(/^npm:.*@/, ""), /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${file}: ${name}`);
      }
    }
  });

  it("has what we reach into at the versions that were read: tfjs and tslab", async () => {
    const expected = {
      "@tensorflow/tfjs": "4.22.0",
      "@tensorflow/tfjs-core": "4.22.0",
      "@tensorflow/tfjs-backend-cpu": "4.22.0",
      "@tensorflow/tfjs-backend-wasm": "4.22.0",
      tslab: "1.0.22",
    };
    const lock = await readJson<{ packages: Record<string, { version: string; integrity?: string }> }>(
      "package-lock.json",
    );
    for (const [name, version] of Object.entries(expected)) {
      const places = Object.keys(lock.packages).filter((place) => place.endsWith(`node_modules/${name}`));
      assert.ok(places.length > 0, name);
      for (const place of places) {
        assert.equal(lock.packages[place].version, version, place);
        assert.match(lock.packages[place].integrity!, /^sha512-/, place);
        assert.equal((await readJson<{ version: string }>(`${place}/package.json`)).version, version, place);
      }
    }
  });

  it("asks danfojs for nothing that reads files, where its known vulnerabilities are", async () => {
    const asked: string[] = [];
    for (const folder of ["lib", "experiments", "datasets", "scripts", "benchmarks", "notebooks"]) {
      for (const name of await readdir(folder, { recursive: true })) {
        if (name.includes("node_modules") || !/\.(ts|cjs|js)$/.test(name)) continue;
        const source = await readFile(path.join(folder, name), "utf8");
        for (const [, names] of source.matchAll(/\{([^{}]*)\} (?:from|= await import\()\s*"danfojs-node"/g)) {
          asked.push(...names.split(",").map((one) => one.trim()));
        }
        assert.doesNotMatch(source, /(\* as \w+ from|\brequire\() *["']danfojs-node/, name);
      }
    }
    assert.deepEqual([...new Set(asked)].sort(), ["DataFrame", "Series", "toCSV"]);
  });

  it("has a line in NOTICE for each file of data that is carried", async () => {
    const notice = (await readFile("NOTICE", "utf8")).split("\n");
    const files: string[] = [];
    for (const folder of ["lib", "datasets"]) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const file = path.posix.join(entry.parentPath.split(path.sep).join("/"), entry.name);
        const isText = /\.(ts|js|mjs|md)$/.test(file) || file === "lib/package.json";
        if (!entry.isDirectory() && !isText && !file.includes("node_modules")) files.push(file);
      }
    }
    assert.ok(files.length > 6, "they were looked for where they are");
    const untold = files.filter((file) => !notice.includes(file));
    assert.deepEqual(untold, []);
  });
});
