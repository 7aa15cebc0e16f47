import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { InputError } from "rerenderable";
import { renderingEngines } from "rerenderable/base";
import { explorerPort } from "rerenderable/notebook";
import { runProgram } from "../run/run-program.js";
import { parseExploreArguments } from "./explore-options.js";

/** Runs the parser under a value of RERENDERABLE_ENGINE, undefined for none. */
function parse(args: readonly string[], engine?: string) {
  const before = process.env.RERENDERABLE_ENGINE;
  const set = (value: string | undefined) => {
    if (value === undefined) delete process.env.RERENDERABLE_ENGINE;
    else process.env.RERENDERABLE_ENGINE = value;
  };
  set(engine);
  try {
    return parseExploreArguments(args);
  } finally {
    set(before);
  }
}

describe("experiments/explorer/explore-options", () => {
  it("takes the notebooks' port and the first engine that starts where nothing is said", () => {
    assert.deepEqual({ ...parse([]) }, { port: explorerPort, engine: "auto" });
  });

  it("takes a port, 0 for any, and an engine; the option goes before the environment", () => {
    assert.deepEqual({ ...parse(["--port", "0", "--engine", "cpu"], "wasm") }, { port: 0, engine: "cpu" });
    assert.equal(parse(["--port", "65535"]).port, 65535);
    assert.equal(parse([], "wasm").engine, "wasm");
  });

  const known = ["auto", ...renderingEngines].join(", ");
  for (const [what, args, engine, message] of [
    ...["http", "65536", "-1", "80.5", "1e3", ""].map(
      (port) =>
        [
          `the port "${port}"`,
          ["--port", port],
          undefined,
          `--port: expected a whole number from 0 to 65535, got "${port}".`,
        ] as const,
    ),
    [
      "an unknown engine",
      ["--engine", "abacus"],
      undefined,
      `--engine: expected one of ${known}, got "abacus".`,
    ],
    [
      "an unknown engine in the environment",
      [],
      "abacus",
      `RERENDERABLE_ENGINE: expected one of ${known}, got "abacus".`,
    ],
  ] as const) {
    it(`refuses ${what} in one line`, () => {
      assert.throws(
        () => parse(args, engine),
        (error: unknown) => error instanceof InputError && error.message === message,
      );
    });
  }

  it("refuses an option and an argument that there are not", () => {
    assert.throws(() => parse(["--prot", "8000"]), /unknown option '--prot'/);
    assert.throws(() => parse(["8000"]), /too many arguments/);
  });

  it("ends the command with its one line and exit code 1, before it listens", async () => {
    const { code, errors, stdout } = await runProgram("explore.ts", ["--port", "http"]);
    assert.equal(code, 1);
    assert.deepEqual(errors, ['--port: expected a whole number from 0 to 65535, got "http".']);
    assert.equal(stdout, "");
  });

  it("says in one line that another program has the port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    try {
      const { code, errors } = await runProgram("explore.ts", ["--port", `${port}`, "--engine", "cpu"]);
      assert.equal(code, 1);
      assert.equal(errors.length, 1, errors.join("\n"));
      assert.ok(errors[0].includes(`${port}`), errors[0]);
    } finally {
      other.close();
    }
  });
});
