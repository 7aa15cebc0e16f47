import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const {
  parseSource,
  formatSource,
  toNotebook,
  notebookCells,
  differenceFromSource,
  readNotebook,
  sameAsSource,
} = require("./notebook-source.cjs");

const SOURCE = `// %% [markdown]
// # Light
//
// $L$ has 27 numbers.

// %%

export {};
const light = [1, 2];

light.map((x) => x + 1);

// %% tags=["raises-exception"]
throw new Error("x");

// %%
`;

describe("notebook source", () => {
  it("is parsed into cells with their tags and lines", () => {
    assert.deepEqual(parseSource(SOURCE), [
      { type: "markdown", source: "# Light\n\n$L$ has 27 numbers.", tags: [], line: 1 },
      { type: "code", source: "const light = [1, 2];\n\nlight.map((x) => x + 1);", tags: [], line: 6 },
      { type: "code", source: 'throw new Error("x");', tags: ["raises-exception"], line: 13 },
      { type: "code", source: "", tags: [], line: 16 },
    ]);
  });

  it("becomes the same nbformat 4.5 notebook every time, with unique ids", () => {
    const notebook = toNotebook(parseSource(`${SOURCE}\n// %%\n`));
    assert.deepEqual(notebook, toNotebook(parseSource(`${SOURCE}\n// %%\n`)));
    const ids = notebook.cells.map((cell: { id: string }) => cell.id);
    assert.equal(new Set(ids).size, 5);
    for (const id of ids) assert.match(id, /^[a-zA-Z0-9_-]{1,64}$/);
    assert.equal(notebook.metadata.kernelspec.name, "rerenderable");
    assert.equal(notebook.metadata.kernelspec.language, "typescript");
    assert.deepEqual([notebook.nbformat, notebook.nbformat_minor], [4, 5]);
    assert.deepEqual(notebook.cells[0].source, ["# Light\n", "\n", "$L$ has 27 numbers."]);
    assert.deepEqual(notebook.cells[2].metadata, { tags: ["raises-exception"] });
  });

  it("comes back from the notebook and from its cells", () => {
    const cells = parseSource(SOURCE);
    const back = notebookCells(toNotebook(cells));
    assert.deepEqual(
      back,
      cells.map(({ type, source, tags }: Record<string, unknown>) => ({ type, source, tags })),
    );
    assert.deepEqual(notebookCells(toNotebook(parseSource(formatSource(back)))), back);
  });

  it("is compared with a notebook by its cells only", () => {
    const notebook = toNotebook(parseSource(SOURCE));
    notebook.cells[1].outputs.push({ output_type: "stream", name: "stdout", text: "x" });
    assert.ok(sameAsSource(notebook, SOURCE));
    assert.ok(!sameAsSource(notebook, SOURCE.replace("x + 1", "x + 2")));
    assert.match(differenceFromSource(notebook, SOURCE.replace("x + 1", "x + 2")), /cell 2 \(line 6/);
    assert.match(differenceFromSource(notebook, `${SOURCE}// %%\n`), /cell 5 .* missing/);
  });

  it("names file and line where it is not in the format", () => {
    assert.throws(
      () => parseSource("const a = 1;\n// %%\n", "a.nb.ts"),
      /a\.nb\.ts:1: expected a cell marker/,
    );
    assert.throws(
      () => parseSource("// %% [markdown]\n// x\ny\n", "a.nb.ts"),
      /a\.nb\.ts:3: .*"\/\/ ", got "y"/,
    );
    assert.throws(() => parseSource("\n// %% [markdwon]\n", "a.nb.ts"), /a\.nb\.ts:2: .*markdwon/);
    assert.throws(
      () => parseSource("// %% tags=[x]\n", "a.nb.ts"),
      /a\.nb\.ts:1: expected tags as a JSON list/,
    );
    assert.throws(() => parseSource("", "a.nb.ts"), /a\.nb\.ts: expected at least one cell/);
  });

  it("comes from no file that is not a notebook: one line names the file", () => {
    const code = { cell_type: "code", source: ["a\n", "b"], metadata: {} };
    assert.equal(readNotebook(JSON.stringify({ cells: [code] }), "a.ipynb").cells.length, 1);
    for (const [content, got] of [
      ["{", "text that is no JSON"],
      ["null", "JSON without a list of cells"],
      [JSON.stringify({ cells: {} }), "JSON without a list of cells"],
      [JSON.stringify({ cells: [code, null] }), "something else as cell 2"],
      [JSON.stringify({ cells: [{ ...code, cell_type: "heading" }] }), "something else as cell 1"],
      [JSON.stringify({ cells: [{ ...code, source: [1] }] }), "something else as cell 1"],
      [JSON.stringify({ cells: [{ ...code, metadata: { tags: "x" } }] }), "something else as cell 1"],
    ] as const) {
      const message = `a.ipynb: expected a Jupyter notebook (nbformat 4), got ${got}.`;
      assert.throws(() => readNotebook(content, "a.ipynb"), { message });
    }
  });

  const folder = new URL("../../notebooks/", import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".nb.ts"))) {
    const notebook = file.replace(/\.nb\.ts$/, ".ipynb");
    it(`of ${file} has the cells of the committed ${notebook}`, () => {
      const executed = JSON.parse(readFileSync(new URL(notebook, folder), "utf8"));
      const difference = differenceFromSource(executed, readFileSync(new URL(file, folder), "utf8"));
      assert.equal(
        difference,
        null,
        `${difference}; npm run notebooks -- ${file.slice(0, 2)} executes it again`,
      );
    });
  }
});
