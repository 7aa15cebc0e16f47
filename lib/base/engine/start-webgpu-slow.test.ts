import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describeOnEngine } from "../../testing/describe-on-engine.js";

await describeOnEngine("webgpu", "webgpu", () => {
  it("lets the process end by itself", () => {
    const program = `
      import * as tf from "@tensorflow/tfjs";
      const { prepareEngine } = await import("./prepare-engine.ts");
      const { reason } = await prepareEngine("webgpu");
      await prepareEngine("webgpu");
      const x = tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]));
      console.log((await x.data())[0]);
    `;
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    const cwd = fileURLToPath(new URL(".", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "40\n");
  });
});
