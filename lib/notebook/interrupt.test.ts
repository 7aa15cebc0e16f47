import assert from "node:assert/strict";
import { interruptible } from "./index.js";

const listener = Symbol.for("rerenderable.interrupt");
const interrupt = () => (globalThis as { [listener]?: () => boolean })[listener]?.() ?? false;

describe("interruptible", () => {
  it("aborts the signal of the loop, which ends by itself and keeps what it has", async () => {
    const steps = await interruptible(async (signal) => {
      let done = 0;
      for (; done < 1000 && !signal.aborted; done++) {
        if (done === 3) assert.ok(interrupt());
        await new Promise((resolve) => setImmediate(resolve));
      }
      return done;
    });
    assert.equal(steps, 4);
  });

  it("leaves a second interrupt, and any after its end, to the kernel", async () => {
    await interruptible(async () => {
      assert.ok(interrupt());
      assert.ok(!interrupt());
    });
    assert.ok(!interrupt());
  });

  it("hands on what the loop throws, and does not listen any more", async () => {
    const handlers = process.listenerCount("SIGINT");
    await assert.rejects(
      interruptible(() => Promise.reject(new Error("broken"))),
      /broken/,
    );
    assert.equal(process.listenerCount("SIGINT"), handlers);
    assert.ok(!interrupt());
  });
});
