"use strict";
/**
 * Runs notebook cells in this process with tslab's executor and reports what they do as Jupyter messages:
 * `stream`, `display_data`, `update_display_data`, `execute_result`, `error`. The kernel sends these on, the
 * notebook runner collects them.
 *
 * tslab keeps its executor in files that are not its public interface: its version is pinned exactly, and
 * `run-notebook-slow.test.ts` and `kernel-slow.test.ts` have a test for each thing used here.
 */
const { createRequire } = require("node:module");
const path = require("node:path");
const util = require("node:util");
const shownValue = require("./shown-value.cjs");
const useProjectOptions = require("./tslab-options.cjs");

/**
 * @typedef {{ ename: string, evalue: string, traceback: string[] }} CellError
 * @typedef {(type: string, content: object) => void} Emit receives a message's type and content
 */

/**
 * Prepares this process for cells: working directory, TypeScript sources, strict options, captured streams. A
 * process has at most one executor.
 * @param {string} root absolute path of the project root; paths in cells are relative to it
 */
function createCellExecutor(root) {
  process.chdir(root);
  require("tsx/cjs"); // the library is imported from its TypeScript sources, by name
  useProjectOptions(root);
  const { createConverter, createExecutor, jupyter, typescript } = tslabInternals(root);

  /** @type {{ emit: Emit, error: CellError | null, diagnostics: string[] } | null} */
  let cell = null;
  const fail = (error) => {
    if (!cell) {
      process.stderr.write(`${error.traceback.join("\n")}\n`);
      process.exit(1); // nothing has run yet: this error is the wrapper's own
    }
    cell.error ??= error;
    cell.emit("error", error);
  };

  const node = createConverter({ isJS: false, isBrowser: false });
  const converters = {
    node,
    get browser() {
      throw new Error("Cells for the browser are not supported: this project runs cells in Node.");
    },
    close: () => node.close(),
  };
  const executor = createExecutor(root, converters, {
    // Called with the value of the cell's last expression.
    log: (value) => {
      const shown = shownValue(value);
      if (shown) cell.emit("execute_result", shown);
    },
    // Called with what a cell threw, or once for each type error with a format and its parts.
    error: (...parts) => {
      if (parts.length > 1) cell.diagnostics.push(util.format(...parts));
      else fail(cellError(parts[0], root));
    },
  });

  const show = (content, update) => cell?.emit(update ? "update_display_data" : "display_data", content);
  jupyter.lastWriteDisplayData = show; // what `tslab.display` writes to
  globalThis[Symbol.for("rerenderable.display")] = show; // what `rerenderable/notebook` writes to

  for (const name of ["stdout", "stderr"]) {
    const original = process[name].write.bind(process[name]);
    process[name].write = (chunk, encoding, callback) => {
      if (!cell) return original(chunk, encoding, callback);
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      cell.emit("stream", { name, text });
      const done = typeof encoding === "function" ? encoding : callback;
      if (done) process.nextTick(done);
      return true;
    };
  }
  // Nobody awaits these. They belong to the cell that is running or, if they are late, to the one that ran last.
  process.on("uncaughtException", (error) => fail(cellError(error, root)));
  process.on("unhandledRejection", (reason) => fail(cellError(reason, root)));

  return {
    /**
     * Runs one cell. Messages that it sends after its end go to the same `emit`.
     * @param {string} code
     * @param {Emit} emit
     * @returns {Promise<CellError | null>} the error that failed the cell; it was emitted too
     */
    async run(code, emit) {
      const mine = { emit, error: null, diagnostics: [] };
      cell = mine;
      const completed = await executor.execute(spellOut(code, typescript)).catch((error) => {
        fail(cellError(error, root)); // tslab's own
        return false;
      });
      if (mine.diagnostics.length > 0) fail(typeError(mine.diagnostics));
      // A rejected promise that nobody awaits is reported between the microtasks and the next turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (!completed && !mine.error) fail({ ename: "Error", evalue: "The cell did not run.", traceback: [] });
      return mine.error;
    },
    /** tslab's executor, for what a kernel also offers: completion, inspection, interrupting. */
    tslab: executor,
  };
}

/**
 * Writes `{ model }` as `{ model: model }`: tslab looks up variables of earlier cells by their names, but does not
 * see those in the short form, and the cell fails with "model is not defined".
 */
function spellOut(code, typescript) {
  const source = typescript.createSourceFile("cell.ts", code, typescript.ScriptTarget.Latest);
  const names = [];
  const visit = (node) => {
    if (typescript.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer)
      names.push(node.name);
    typescript.forEachChild(node, visit);
  };
  visit(source);
  return names.reduceRight(
    (text, name) => `${text.slice(0, name.end)}: ${name.text}${text.slice(name.end)}`,
    code,
  );
}

/** Reads tslab's private files; only this function and the kernel's server do so. */
function tslabInternals(root) {
  const dist = path.join(path.dirname(require.resolve("tslab/package.json", { paths: [root] })), "dist");
  return {
    createConverter: require(path.join(dist, "converter.js")).createConverter,
    createExecutor: require(path.join(dist, "executor.js")).createExecutor,
    jupyter: require(path.join(dist, "jupyter.js")),
    typescript: createRequire(path.join(dist, "converter.js"))("@tslab/typescript-for-tslab"),
  };
}

/**
 * @returns {CellError} of a thrown value. The frames of tslab, of Node and of this folder are left out, and paths
 *   are relative to the project, since tracebacks are stored in notebooks.
 */
function cellError(thrown, root) {
  if (!(util.types.isNativeError(thrown) || thrown instanceof Error)) {
    const evalue = typeof thrown === "string" ? thrown : util.inspect(thrown);
    return { ename: "Error", evalue, traceback: [evalue] };
  }
  const lines = String(thrown.stack ?? thrown).split("\n");
  // Node may put the source line before the message; the message is where the error's name is.
  const first = Math.max(
    0,
    lines.findIndex((line) => line.startsWith(thrown.name)),
  );
  const frames = lines.slice(first).filter((line) => !NOT_OF_THE_CELL.test(line));
  const cause = thrown.cause === undefined ? [] : [`caused by ${util.inspect(thrown.cause)}`];
  const relative = (text) => text.replaceAll(`file://${root}/`, "").replaceAll(root + path.sep, "");
  return {
    ename: thrown.name,
    evalue: thrown.message,
    traceback: [frames.join("\n"), ...cause].map(relative),
  };
}

/**
 * Stack frames that do not help the reader. Those of the cell itself have wrong line numbers, as tslab rewrites it.
 */
const NOT_OF_THE_CELL =
  /^\s+at .*(tslab.dist|node:vm|node:internal|evalmachine|[\\/]scripts[\\/]jupyter[\\/](cell-executor|run-notebook|kernel)\.cjs)/;

/** @returns {CellError} of the type errors of one cell, each `line:column - message` */
function typeError(diagnostics) {
  return { ename: "TypeScriptError", evalue: diagnostics[0], traceback: diagnostics };
}

module.exports = { createCellExecutor, tslabInternals };
