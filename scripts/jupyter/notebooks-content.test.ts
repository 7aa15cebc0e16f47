import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";

const { parseSource } = createRequire(import.meta.url)("./notebook-source.cjs");

interface Cell {
  readonly type: "code" | "markdown";
  readonly source: string;
  readonly line: number;
}

/** The paper's equations are numbered 1 to 18. */
const equations = Array.from({ length: 18 }, (_, i) => i + 1);
const mostLines = 25;
const mostBytes = 1.5e6;

const folder = new URL("../../notebooks/", import.meta.url);
const notebooks = readdirSync(folder)
  .filter((file) => file.endsWith(".nb.ts"))
  .map((file) => ({ file, cells: parseSource(readFileSync(new URL(file, folder), "utf8"), file) as Cell[] }));

describe("what the notebooks hold themselves to", () => {
  for (const number of equations) {
    it(`Eq. ${number} of the paper stands in a notebook, with code after it before the next heading`, () => {
      const place = notebooks
        .flatMap(({ cells }) => cells.map((cell, i) => ({ cell, next: cells[i + 1] })))
        .find(({ cell }) => cell.type === "markdown" && cell.source.includes(`\\tag{${number}}`));
      assert.ok(place, `no notebook has \\tag{${number}}`);
      assert.equal(place.next?.type, "code");
    });
  }

  for (const { file, cells } of notebooks) {
    const code = cells.filter(({ type }) => type === "code");

    it(`${file} has cells of at most ${mostLines} lines`, () => {
      for (const { source, line } of code) {
        const lines = source.split("\n").filter((text) => text.trim() !== "").length;
        assert.ok(lines <= mostLines, `the cell at line ${line} has ${lines}`);
      }
    });

    it(`${file} says what it teaches, sets its seed first, asks questions, and tells how long it took`, () => {
      assert.match(cells[0].source, /\*\*You will learn\*\*/);
      // One that only reads results draws nothing.
      const reads = code.some(({ source }) => source.includes("results/published"));
      if (!reads) assert.match(code[0].source, /\bconst \w*[sS]eed = \d+;/);
      const questions = code.map(({ source }) => source.split("checkAnswer(").length - 1);
      assert.ok(questions.reduce((a, b) => a + b) >= 2, "at least two exercises");
      assert.match(code.at(-1)!.source, /performance\.now\(\) - started/);
    });

    it(`${file} is small when executed`, () => {
      const { size } = statSync(new URL(file.replace(/\.nb\.ts$/, ".ipynb"), folder));
      assert.ok(size < mostBytes, `${size} bytes`);
    });
  }
});
