import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const root = path.dirname(import.meta.dirname);

describe("importing the library", () => {
  it("does no work: no engine chosen, no tensor made, nothing printed", async () => {
    const program = `
      import * as tf from "@tensorflow/tfjs";
      import * as library from "rerenderable";
      import "rerenderable/base";
      import "rerenderable/networks";
      import "rerenderable/graphics";
      import "rerenderable/face";
      const { numTensors } = tf.engine().state;
      const chosen = tf.engine().backendName ?? null;
      console.log(JSON.stringify({ chosen, numTensors, names: Object.keys(library).length }));`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      { cwd: root },
    );
    const { chosen, numTensors, names } = JSON.parse(stdout);
    assert.deepEqual({ chosen, numTensors, stderr }, { chosen: null, numTensors: 0, stderr: "" });
    assert.ok(names > 60, `${names} names`);
  });
});
