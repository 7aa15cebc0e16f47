"use strict";
/**
 * Executes one notebook in this process, without Jupyter and without Python:
 *
 *     node scripts/jupyter/run-notebook.cjs <NN-name.nb.ts> <executed.ipynb>
 *
 * Prints a line a cell. At the first cell that fails it names notebook, cell and error, writes no file and exits
 * with 1; a cell tagged "raises-exception" may fail. Cells are counted as Jupyter counts them: code cells only.
 */
const fs = require("node:fs");
const path = require("node:path");
const { createCellExecutor } = require("./cell-executor.cjs");
const { parseSource, serializeNotebook, toLines, toNotebook, toText } = require("./notebook-source.cjs");
const { writeWhole } = require("./whole-file.cjs");

const root = path.join(__dirname, "../..");

/** @param {string} input path of the source @param {string} output path of the notebook to write */
async function main(input, output) {
  const file = path.relative(root, path.resolve(input));
  const target = path.resolve(output);
  const print = process.stdout.write.bind(process.stdout); // before cells capture it
  let running = null;
  let finished = false;
  process.on("disconnect", () => process.exit(1)); // the process that asked for the run was killed
  process.on("exit", () => {
    if (finished) return;
    if (running) print(`${file}, ${running}: the process ended in this cell.\n`);
    process.exitCode = 1; // also where a cell calls process.exit(0)
  });

  const cells = parseSource(fs.readFileSync(input, "utf8"), file);
  const notebook = toNotebook(cells);
  const executor = createCellExecutor(root);
  const displays = new Map(); // outputs by display id: a later cell may update an earlier one's
  const total = cells.filter((cell) => cell.type === "code").length;
  let count = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell.type !== "code") continue;
    count++;
    running = `cell ${count} (line ${cell.line})`;
    process.send?.({ running });
    const outputs = notebook.cells[index].outputs;
    notebook.cells[index].execution_count = count;
    const start = performance.now();
    const error = await executor.run(cell.source, collector(outputs, displays, count));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const verdict = !error
      ? "ok"
      : cell.tags.includes("raises-exception")
        ? "ok, fails as it should"
        : "FAILED";
    print(`${path.basename(file, ".nb.ts")}  cell ${count}/${total}  ${seconds} s  ${verdict}\n`);
    if (verdict === "FAILED") {
      print(`${file}, ${running}: ${error.ename}: ${error.evalue}\n`);
      const details = error.traceback.join("\n");
      if (details !== error.evalue) print(`${details.replace(/^/gm, "    ")}\n`);
      finished = true;
      process.exit(1);
    }
  }
  running = null;
  for (const cell of notebook.cells) {
    for (const one of cell.outputs ?? []) if (one.output_type === "stream") one.text = toLines(one.text);
  }
  writeWhole(target, serializeNotebook(notebook));
  finished = true;
  process.exit(0); // a server or a timer that a cell started must not keep the process
}

/**
 * Turns the messages of one cell into the outputs that a front end would keep.
 * @param {object[]} outputs filled as messages come
 * @param {Map<string, object[]>} displays outputs by display id, of all cells
 * @param {number} count execution count of the cell
 */
function collector(outputs, displays, count) {
  return (type, content) => {
    if (type === "stream") {
      const last = outputs.at(-1);
      if (last?.output_type === "stream" && last.name === content.name) {
        last.text = foldCarriageReturns(last.text + content.text);
      } else {
        outputs.push({ name: content.name, output_type: "stream", text: foldCarriageReturns(content.text) });
      }
      return;
    }
    if (type === "error") {
      outputs.push({
        ename: content.ename,
        evalue: content.evalue,
        output_type: "error",
        traceback: content.traceback,
      });
      return;
    }
    const shown = { data: storable(content.data), metadata: content.metadata ?? {} };
    const id = content.transient?.display_id;
    if (type === "update_display_data") {
      for (const output of displays.get(id) ?? []) Object.assign(output, shown);
    } else if (type === "execute_result") {
      outputs.push({ data: shown.data, execution_count: count, metadata: shown.metadata, output_type: type });
    } else {
      const output = { ...shown, output_type: type };
      outputs.push(output);
      if (id) displays.set(id, [...(displays.get(id) ?? []), output]);
    }
  };
}

/**
 * Applies carriage returns: the text after one overwrites its line, as in a terminal, so progress keeps its last
 * state.
 */
function foldCarriageReturns(text) {
  const fold = (line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1);
  return text
    .split("\n")
    .map((line) => (line.includes("\r") ? fold(line) : line))
    .join("\n");
}

/** Text is stored as a list of lines, as in Jupyter; base64 and JSON are stored unchanged. */
function storable(data) {
  const entries = Object.entries(data).map(([type, value]) => {
    const isText = typeof value === "string" && (type.startsWith("text/") || type === "image/svg+xml");
    return [type, isText ? toLines(toText(value)) : value];
  });
  return Object.fromEntries(entries);
}

module.exports = { collector, foldCarriageReturns };

if (require.main === module) {
  if (process.argv.length !== 4) {
    process.stderr.write("run-notebook: expects two arguments, the source .nb.ts and the .ipynb to write.\n");
    process.exit(1);
  }
  const complain = process.stderr.write.bind(process.stderr); // before cells capture it
  main(process.argv[2], process.argv[3]).catch((error) => {
    complain(`run-notebook: ${error.message}\n`);
    process.exit(1);
  });
}
