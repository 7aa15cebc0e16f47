import assert from "node:assert/strict";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { answerError } from "./answer-error.js";

describe("experiments/explorer/answer-error", () => {
  /** Counts the failures of a server's requests, and gives what was written to stderr meanwhile. */
  async function serve(use: (port: number, failures: () => number) => Promise<void>): Promise<string> {
    let [failures, said] = [0, ""];
    const app = new Hono();
    app.post("/bug", () => {
      throw new TypeError("a bug \u001b[2J");
    });
    app.post("/upload", bodyLimit({ maxSize: 1e6 }), async (context) => {
      await context.req.arrayBuffer();
      return context.json({});
    });
    app.onError((error, context) => {
      failures++;
      return answerError(error, context);
    });
    const server = createAdaptorServer({ fetch: app.fetch });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const write = process.stderr.write;
    process.stderr.write = (text: string | Uint8Array) => {
      said += text;
      return true;
    };
    try {
      await use((server.address() as AddressInfo).port, () => failures);
    } finally {
      process.stderr.write = write;
      await new Promise((resolve) => server.close(resolve));
    }
    return said;
  }

  it("says nothing of a page that leaves in the middle of an upload", async () => {
    const said = await serve(async (port, failures) => {
      for (let left = 1; left <= 5; left++) {
        const socket = connect(port, "127.0.0.1");
        const head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf of it";
        await new Promise((resolve) => socket.write(head, resolve));
        await wait(20);
        socket.destroy();
        for (let i = 0; i < 100 && failures() < left; i++) await wait(10);
        assert.equal(failures(), left);
      }
    });
    assert.equal(said, "");
  });

  it("shows a bug in the page and, with a short stack, in the terminal", async () => {
    const said = await serve(async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/bug`, { method: "POST" });
      assert.equal(answer.status, 500);
      assert.deepEqual(await answer.json(), { error: "Unexpected: a bug \u001b[2J" });
    });
    assert.match(said, /^explore: unexpected: TypeError: a bug \\u001b\[2J\n {4}at /);
  });
});
