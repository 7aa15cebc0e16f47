import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const { collector, foldCarriageReturns } = require("./run-notebook.cjs");
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Inside the project, so that cells find its packages; git ignores it. */
const cache = join(root, ".cache");

interface Run {
  readonly code: number | null;
  readonly text: string;
  readonly folder: string;
}

const CAPTION = "a <b> & c";

const EVERYTHING = `// %% [markdown]
// # All kinds of output

// %%
import * as tslab from "tslab";
import { showImages, showProgress, showTable } from "rerenderable/notebook";
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
process.stdout.write("10 %\\r20 %\\r");
await later(1);
console.log("done");
console.error("a warning");
({ answer: 42 });

// %%
showTable([{ psnr: 29.5 }], { caption: "${CAPTION}" });

// %%
const image = { width: 2, height: 2, data: new Float32Array(12).fill(0.5) };
await showImages([{ image, caption: "${CAPTION}" }], { width: 40 });
const progress = showProgress("Steps", 4);

// %%
for (let step = 1; step <= 4; step++) progress.update(step);
progress.done("all of them");
tslab.display.markdown("*also*");
({ [Symbol.for("rerenderable.mime")]: () => ({ "text/html": "<i>mine</i>", "text/plain": "mine" }) });

// %% tags=["raises-exception"]
throw new RangeError("on purpose");

// %% tags=["raises-exception"]
const find = (list: number[]) => list.find((x) => x > 1);
const f = (x) => x;
find([1]).toFixed();

// %% tags=["raises-exception"]
setTimeout(() => {
  throw new Error("late");
}, 1);
await later(50);

// %%
process.cwd();
`;

describe("npm run notebooks", () => {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  function run(sources: Record<string, string>, ...args: string[]): Run {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, "test-notebooks-"));
    folders.push(folder);
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, `${name}.nb.ts`), text);
    const own = ["--folder", folder, "--results", join(folder, "pages")];
    const child = spawnSync(
      process.execPath,
      [join(root, "scripts/jupyter/notebooks.cjs"), ...own, ...args],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    return { code: child.status, text: child.stdout + child.stderr, folder };
  }

  /** A notebook whose second cell fails. */
  const failing = (cell: string, ...args: string[]) =>
    run({ "07-fails": `// %%\nconst one = 1;\n\n// %%\n${cell}\n\n// %%\none;\n` }, ...args);

  function checkFailure({ code, text, folder }: Run, message: RegExp): void {
    assert.equal(code, 1, text);
    assert.match(text, /07-fails\.nb\.ts, cell 2 \(line 4\)/);
    assert.match(text, message);
    assert.doesNotMatch(text, /cell 3/);
    assert.ok(!existsSync(join(folder, "07-fails.ipynb")));
    assert.ok(!existsSync(join(folder, "pages")));
  }

  it("executes a notebook and stores every kind of output", () => {
    const { code, text, folder } = run({ "01-all": EVERYTHING });
    assert.equal(code, 0, text);
    assert.match(text, /01-all {2}cell 1\/8 {2}\d+\.\d s {2}ok/);
    const notebook = JSON.parse(readFileSync(join(folder, "01-all.ipynb"), "utf8"));
    const codeCells = notebook.cells.filter((cell: { cell_type: string }) => cell.cell_type === "code");
    assert.deepEqual(
      codeCells.map((cell: { execution_count: number }) => cell.execution_count),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    const [streams, table, strip, bundles, error, strict, late, cwd] = codeCells.map(
      (cell: { outputs: Record<string, unknown>[] }) => cell.outputs,
    );
    assert.deepEqual(streams, [
      { name: "stdout", output_type: "stream", text: ["done\n"] },
      { name: "stderr", output_type: "stream", text: ["a warning\n"] },
      {
        data: { "text/plain": ["{ answer: 42 }"] },
        execution_count: 1,
        metadata: {},
        output_type: "execute_result",
      },
    ]);
    assert.equal(table.length, 1, "a displayed bundle is not shown again as the value of its cell");
    assert.match(table[0].data["text/html"].join(""), /<caption>a &lt;b&gt; &amp; c<\/caption>/);
    assert.equal(strip.length, 2);
    // Whichever of the two is smaller.
    const kind = "image/png" in strip[0].data ? "image/png" : "image/jpeg";
    assert.equal(strip[0].metadata[kind].alt, CAPTION);
    const signature = { "image/png": "89504e47", "image/jpeg": "ffd8ff" }[kind];
    assert.ok(Buffer.from(strip[0].data[kind], "base64").toString("hex").startsWith(signature));
    // The next cell updated the display of this one, in place.
    assert.deepEqual(strip[1].data["text/plain"], ["Steps: 100 %, all of them"]);
    assert.deepEqual(
      bundles.map((output: { data: object }) => output.data),
      [{ "text/markdown": ["*also*"] }, { "text/html": ["<i>mine</i>"], "text/plain": ["mine"] }],
    );
    assert.deepEqual(error, [
      {
        ename: "RangeError",
        evalue: "on purpose",
        output_type: "error",
        traceback: ["RangeError: on purpose"],
      },
    ]);
    assert.deepEqual(strict[0].traceback, [
      "2:12 - Parameter 'x' implicitly has an 'any' type.",
      "3:1 - Object is possibly 'undefined'.",
    ]);
    assert.deepEqual(
      late.map(({ evalue }: { evalue: string }) => evalue),
      ["late"],
    );
    assert.equal(cwd[0].data["text/plain"].join(""), `'${root.replace(/[\\/]$/, "")}'`);
    assert.match(readFileSync(join(folder, "pages", "01-all.html"), "utf8"), /<h1>All kinds of output<\/h1>/);
  });

  it("stops at an error, naming notebook, cell and message", () => {
    checkFailure(failing('throw new RangeError("weight is 7");'), /RangeError: weight is 7/);
  });

  it("stops at a type error", () => {
    checkFailure(
      failing("const word: string = one;"),
      /TypeScriptError: 1:7 - Type 'number' is not assignable/,
    );
  });

  it("stops at a rejected promise that nobody awaits", () => {
    checkFailure(failing('void Promise.reject(new Error("lost"));'), /Error: lost/);
  });

  it("says which module is outside of the project", () => {
    const outside = mkdtempSync(join(tmpdir(), "outside-"));
    folders.push(outside);
    writeFileSync(join(outside, "outside.ts"), "export const first = 1;\n");
    const cell = `import { first } from ${JSON.stringify(join(outside, "outside"))};\nfirst;`;
    checkFailure(failing(cell), /TypeScriptError: 1:23 - File '.*outside\.ts' is not under 'rootDir'/);
  });

  it("does not take an exit for an end", () => {
    checkFailure(failing("process.exit(0);"), /the process ended in this cell/);
  });

  it("kills a notebook at its time limit", () => {
    checkFailure(failing("for (;;);", "--timeout", "2"), /stopped at the time limit of 2 s/);
  });

  it("runs the notebooks asked for, leaving them alone with --no-write", () => {
    const sources = { "01-a": "// %%\n1 + 1;\n", "02-b": "// %%\nthrow 1;\n" };
    const one = run(sources, "1", "--no-write");
    assert.equal(one.code, 0, one.text);
    assert.match(one.text, /1 notebook ok/);
    assert.deepEqual(readdirSync(one.folder).sort(), ["01-a.nb.ts", "02-b.nb.ts", "pages"]);
  });

  it("runs several at once, ends those that run when one fails, and begins no other", () => {
    mkdirSync(cache, { recursive: true });
    const shared = mkdtempSync(join(cache, "test-process-"));
    folders.push(shared);
    const number = JSON.stringify(join(shared, "pid"));
    // Ends when the process of the other has been gone for some time, and what runs both knows it.
    const slow = `// %%
import { existsSync, readFileSync } from "node:fs";
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
while (!existsSync(${number})) await later(20);
while (isThere(Number(readFileSync(${number}, "utf8")))) await later(20);
await later(500);
`;
    const fails = `// %%
import { renameSync, writeFileSync } from "node:fs";
writeFileSync(${number} + "-new", String(process.pid));
renameSync(${number} + "-new", ${number});
throw 1;
`;
    const sources = { "01-slow": slow, "02-fails": fails, "03-late": "// %%\n1;\n" };
    const { code, text, folder } = run(sources, "--jobs", "2");
    assert.equal(code, 1, text);
    assert.match(text, /01-slow {2}cell 1\/1 .*ok/);
    assert.doesNotMatch(text, /03-late/);
    assert.deepEqual(
      readdirSync(folder).filter((file) => file.endsWith(".ipynb")),
      ["01-slow.ipynb"],
    );
    assert.match(
      run(sources, "--jobs", "none").text,
      /^notebooks: --jobs expects a number from 1, got "none"\.\n$/,
    );
  });

  it("says which notebooks there are when one is unknown", () => {
    const unknown = run({ "01-a": "// %%\n", "02-b": "// %%\n" }, "7");
    assert.equal(unknown.code, 1);
    assert.match(unknown.text, /^notebooks: no notebook "7" in .*; there are 01-a, 02-b\.\n$/);
    const none = run({});
    assert.equal(none.code, 1);
    assert.match(none.text, /^notebooks: no notebook source .*\n$/);
  });

  it("writes cells that were edited in Jupyter back with --adopt", () => {
    const source = "// %%\nconst a = 1;\n";
    const { folder } = run({ "01-a": source }, "--no-write", "7");
    const edited = { cells: [{ cell_type: "code", metadata: {}, source: ["const a = 2;\n", "a;"] }] };
    writeFileSync(join(folder, "01-a.ipynb"), JSON.stringify(edited));
    const args = ["--folder", folder, "--adopt", "01"];
    const child = spawnSync(process.execPath, [join(root, "scripts/jupyter/notebooks.cjs"), ...args]);
    assert.equal(child.status, 0);
    assert.equal(readFileSync(join(folder, "01-a.nb.ts"), "utf8"), "// %%\nconst a = 2;\na;\n");
  });
});

describe("the collector of outputs", () => {
  it("folds carriage returns as a terminal does", () => {
    assert.equal(foldCarriageReturns("a\rb\rc\nd"), "c\nd");
    assert.equal(foldCarriageReturns("a\rb\r"), "b\r");
    assert.equal(foldCarriageReturns("a\r\n"), "a\r\n");
  });

  it("joins the pieces of one stream and keeps two apart", () => {
    const outputs: { text: string }[] = [];
    const emit = collector(outputs, new Map(), 1);
    emit("stream", { name: "stdout", text: "1\r" });
    emit("stream", { name: "stdout", text: "2\n" });
    emit("stream", { name: "stderr", text: "w" });
    assert.deepEqual(
      outputs.map(({ text }) => text),
      ["2\n", "w"],
    );
  });
});
