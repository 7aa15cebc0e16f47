/** The kernel and the notebooks under a real Jupyter: its client, and its `nbconvert`. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const { toText } = createRequire(import.meta.url)("./notebook-source.cjs");
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Seconds for one thing on a machine that is busy with others. */
const patience = 600;

/** @returns a Python that has both: the program named by PYTHON, python3 on the path, the system's own */
function findJupyter(): string | undefined {
  const places = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "/usr/bin/python3"];
  return places.find(
    (python) =>
      spawnSync(python, ["-c", "import jupyter_client, nbconvert"], { stdio: "ignore" }).status === 0,
  );
}

interface Message {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

interface Executed {
  readonly reply: Readonly<Record<string, unknown>>;
  readonly published: readonly Message[];
}

/** Asks drive-kernel.py, one request after the other. */
class Jupyter {
  private readonly lines: AsyncIterator<string>;
  private readonly exited: Promise<number | null>;

  constructor(private readonly driver: ChildProcess) {
    this.lines = createInterface({ input: driver.stdout! })[Symbol.asyncIterator]();
    this.exited = new Promise((resolve) => driver.once("exit", resolve));
  }

  async next<T>(): Promise<T> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the driver ended with ${await this.exited}`);
    return JSON.parse(value);
  }

  ask<T = Record<string, unknown>>(request: object): Promise<T> {
    this.driver.stdin!.write(`${JSON.stringify(request)}\n`);
    return this.next();
  }

  execute(code: string, interruptAt?: string): Promise<Executed> {
    return this.ask({ execute: code, interrupt_at: interruptAt });
  }

  /** The last expression's value as text. */
  async value(code: string): Promise<unknown> {
    const { reply, published } = await this.execute(code);
    assert.equal(reply.status, "ok", JSON.stringify(reply));
    const result = published.find(({ type }) => type === "execute_result");
    return (result?.content.data as Record<string, string>)?.["text/plain"];
  }

  async end(): Promise<{ exit_code: number; group_is_gone: boolean }> {
    this.driver.stdin!.end();
    return this.next();
  }
}

describe("a real Jupyter", function () {
  this.timeout(patience * 1000);
  const python = findJupyter();
  if (!python) {
    it("is there to be run", function () {
      this.test!.title += ": no python3 with jupyter_client and nbconvert (Debian: python3-nbconvert)";
      this.skip();
    });
    return;
  }
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "rerenderable-jupyter-"));
    env = { ...process.env, JUPYTER_DATA_DIR: join(folder, "data") };
    const lab = spawnSync(process.execPath, [here("lab.cjs"), "--install-only"], { env, encoding: "utf8" });
    assert.equal(lab.status, 0, lab.stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe("with the kernel of `npm run lab`", () => {
    let jupyter: Jupyter;
    before(async () => {
      const stdio = ["pipe", "pipe", "inherit"] as const;
      jupyter = new Jupyter(
        spawn(python, [here("drive-kernel.py"), "rerenderable"], { cwd: folder, env, stdio: [...stdio] }),
      );
      const { ready } = await jupyter.next<{ ready: Record<string, unknown> }>();
      assert.match(String(ready.banner), /^rerenderable/);
    });
    after(async () => {
      const { exit_code, group_is_gone } = await jupyter.end();
      assert.equal(exit_code, 0, "the kernel had to be killed");
      assert.ok(group_is_gone, "the kernel left a process behind");
    });

    const types = ({ published }: Executed) => published.map(({ type }) => type);

    it("executes TypeScript, and what a cell declares stays", async () => {
      const executed = await jupyter.execute(
        "const face: { size: number } = { size: 41 }; console.log('made')",
      );
      assert.deepEqual(types(executed), ["execute_input", "stream"]);
      assert.deepEqual(executed.reply.execution_count, 1);
      assert.equal(await jupyter.value("face.size + 1"), "42");
    });

    it("imports rerenderable, starts its engine and shows a table", async () => {
      const executed = await jupyter.execute(`import * as rr from "rerenderable";
import { interruptible, showTable } from "rerenderable/notebook";
const { engine } = await rr.prepareEngine("wasm");
showTable([{ engine, bands: rr.shBasis(0, 0, 1).length }]);`);
      assert.equal(executed.reply.status, "ok", JSON.stringify(executed.reply));
      assert.deepEqual(types(executed), ["execute_input", "display_data"]);
    });

    it("gets a failed cell's error, in its reply and in what is shown, and goes on", async () => {
      const { reply, published } = await jupyter.execute('throw new RangeError("too far")');
      const expected = { ename: "RangeError", evalue: "too far", traceback: ["RangeError: too far"] };
      assert.equal(reply.status, "error");
      assert.deepEqual(published.at(-1), { type: "error", content: expected });
      const typed = await jupyter.execute('const size: number = "224"');
      assert.equal(typed.reply.ename, "TypeScriptError");
      assert.equal(await jupyter.value("1 + 1"), "2");
    });

    it("completes names of a cell and of the library, and says what a name is", async () => {
      const own = await jupyter.ask<{ matches: string[] }>({ complete: "face.si" });
      assert.deepEqual(own.matches, ["size"]);
      const ours = await jupyter.ask<{ matches: string[] }>({ complete: "rr.fitPho" });
      assert.ok(ours.matches.includes("fitPhoto"), String(ours.matches));
      const { found, data } = await jupyter.ask<{ found: boolean; data: Record<string, string> }>({
        inspect: "rr.fitPhoto",
      });
      assert.ok(found);
      assert.match(data["text/plain"], /fitPhoto\(/);
    });

    it("interrupts a loop that waits, and one that does not", async () => {
      // Begun after the first wait: Node may lose a signal that comes just as a cell's first part ends.
      const waiting = `const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
await pause();
console.log("begun");
for (let i = 0; i < 3000; i++) await pause();`;
      for (const code of [waiting, 'console.log("begun"); for (;;) {}']) {
        const { reply } = await jupyter.execute(code, "begun");
        assert.equal(reply.status, "error", code);
        assert.match(String(reply.evalue), /[Ii]nterrupted/);
        assert.equal(await jupyter.value("face.size"), "41");
      }
    });

    it("interrupts a training after its step, and the cell keeps what was learnt", async () => {
      const training = await jupyter.execute(
        `import { createNetwork, layers } from "rerenderable/networks";
const line = createNetwork("line", ({ input, add }) => ({
  y: add("dense", layers.dense(1), input("x", [3])),
}));
const inputShapes = { x: [4, 3] };
const parameters = rr.initialParameters(rr.parameterSpecs(line, inputShapes), 1, "he");
const learner = await rr.createOnnxNetwork({ network: line, inputShapes, parameters });
const trainee = {
  networks: { line: learner },
  async step(step: number, random: rr.Random) {
    const { y } = await learner.forward({ x: { shape: [4, 3], values: random.normalArray(12) } });
    await learner.backward({ y: y! });
    await learner.update(0.01);
    if (step === 3) console.log("learning");
    return { total: y!.values.reduce((sum, value) => sum + value * value, 0) };
  },
};
const end = await interruptible((signal) =>
  rr.train(trainee, {
    folder: ${JSON.stringify(join(folder, "training"))},
    steps: 1_000_000, seed: 1, configHash: "none", resume: false, checkpointEvery: 1_000_000, signal,
  }),
);`,
        "learning",
      );
      assert.equal(training.reply.status, "ok", JSON.stringify(training.reply));
      assert.equal(await jupyter.value("end.interrupted && end.step > 3 && end.step < 1_000_000"), "true");
    });
  });

  it("nbconvert executes a notebook with the outputs that it was committed with", () => {
    const name = "10-results.ipynb"; // the quickest: it reads what experiments wrote
    const convert = spawnSync(
      python,
      [
        ...["-m", "nbconvert", "--to", "notebook", "--execute", "--log-level", "WARN"],
        ...[`--ExecutePreprocessor.startup_timeout=${patience}`, "--output-dir", folder],
        here(`../../notebooks/${name}`),
      ],
      { env, encoding: "utf8" },
    );
    assert.equal(convert.status, 0, convert.stderr);
    const read = (file: string) => comparable(JSON.parse(readFileSync(file, "utf8")));
    assert.deepEqual(read(join(folder, name)), read(here(`../../notebooks/${name}`)));
  });
});

/**
 * What two executions of one notebook should share: sources and outputs. Left out are metadata (nbconvert adds when each
 * cell ran, and what the kernel says of its language), seconds, and a picture's bytes, since its letters are drawn with the
 * machine's own fonts: its size stays.
 */
function comparable(notebook: { cells: readonly Cell[] }) {
  const shown = (type: string, data: string | readonly string[]) => {
    const text = typeof data === "object" && !Array.isArray(data) ? JSON.stringify(data) : toText(data);
    if (type !== "image/png") return text.replace(/\d+(\.\d+)? s\b/g, "… s");
    const header = Buffer.from(text, "base64");
    return `${header.readUInt32BE(16)} x ${header.readUInt32BE(20)} px`;
  };
  return notebook.cells.map(({ cell_type, source, execution_count, outputs = [] }) => ({
    cell_type,
    source: toText(source),
    execution_count,
    outputs: outputs.map(({ output_type, data = {}, text }) => ({
      output_type,
      text: text && toText(text),
      data: Object.fromEntries(Object.entries(data).map(([type, value]) => [type, shown(type, value)])),
    })),
  }));
}

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly execution_count?: number;
  readonly outputs?: readonly {
    readonly output_type: string;
    readonly data?: Readonly<Record<string, string | readonly string[]>>;
    readonly text?: string | readonly string[];
  }[];
}
