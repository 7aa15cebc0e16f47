import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
// zeromq comes with tslab
const zmq = createRequire(require.resolve("tslab/package.json"))("zeromq");

interface Message {
  readonly type: string;
  readonly content: Record<string, never> & { [key: string]: unknown };
}

/** A client of the Jupyter protocol, as small as these tests allow. */
class Client {
  private readonly key = randomUUID();
  private readonly session = randomUUID();
  private readonly folder = mkdtempSync(join(tmpdir(), "rerenderable-kernel-"));
  private readonly shell = new zmq.Dealer({ routingId: randomUUID() });
  private readonly iopub = new zmq.Subscriber();
  private readonly received = new Map<
    string,
    { published: Message[]; reply?: Message; finished?: () => void }
  >();
  private kernel: ChildProcess | undefined;

  async start(): Promise<void> {
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    const file = join(this.folder, "connection.json");
    const address = { transport: "tcp", ip: "127.0.0.1", signature_scheme: "hmac-sha256", key: this.key };
    const connection = { ...address, shell_port, iopub_port, stdin_port, control_port, hb_port };
    writeFileSync(file, JSON.stringify(connection));
    const script = fileURLToPath(new URL("kernel.cjs", import.meta.url));
    this.kernel = spawn(process.execPath, [script, file], { cwd: this.folder, stdio: "inherit" });
    this.iopub.subscribe("");
    this.iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
    this.shell.connect(`tcp://127.0.0.1:${shell_port}`);
    void this.listen(this.iopub);
    void this.listen(this.shell);
    // A subscriber that joins late misses what was published before: ask until something is heard.
    for (;;) {
      const { published } = await Promise.race([
        this.request("kernel_info_request", {}),
        new Promise<{ published: Message[] }>((resolve) => setTimeout(resolve, 500, { published: [] })),
      ]);
      if (published.length > 0) break;
    }
  }

  /** Resolves with the reply and all that was published, once the kernel has replied and is idle again. */
  request(type: string, content: object): Promise<{ reply: Message["content"]; published: Message[] }> {
    const header = {
      msg_id: randomUUID(),
      session: this.session,
      username: "test",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = createHmac("sha256", this.key).update(parts.join("")).digest("hex");
    return new Promise((resolve) => {
      const entry: { published: Message[]; reply?: Message; finished?: () => void } = { published: [] };
      entry.finished = () => {
        const idle = entry.published.some(
          (one) => one.type === "status" && one.content.execution_state === "idle",
        );
        if (entry.reply && idle) resolve({ reply: entry.reply.content, published: entry.published });
      };
      this.received.set(header.msg_id, entry);
      void this.shell.send(["<IDS|MSG>", signature, ...parts]);
    });
  }

  execute(code: string, more: object = {}) {
    return this.request("execute_request", { code, silent: false, stop_on_error: true, ...more });
  }

  /** Resolves once a cell has printed the text. */
  async heard(text: string): Promise<void> {
    const printed = ({ type, content }: Message) => type === "stream" && String(content.text).includes(text);
    const isHeard = () => [...this.received.values()].some(({ published }) => published.some(printed));
    while (!isHeard()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Resolves once the kernel runs cells again, which it does not do for a short time after one that failed. */
  async recovered(): Promise<void> {
    while ((await this.execute("0")).reply.status === "aborted");
  }

  /** As Jupyter does it. */
  interrupt(): void {
    this.kernel!.kill("SIGINT");
  }

  private async listen(socket: AsyncIterable<Buffer[]>): Promise<void> {
    for await (const frames of socket) {
      const start = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const [header, parent, , content] = frames
        .slice(start + 2)
        .map((frame) => JSON.parse(frame.toString()));
      const entry = this.received.get(parent.msg_id);
      const message = { type: header.msg_type, content };
      if (!entry) continue;
      if (socket === this.iopub) entry.published.push(message);
      else entry.reply = message;
      entry.finished?.();
    }
  }

  /** Resolves with the kernel's exit code after asking it to shut down. */
  async stop(): Promise<number | null> {
    const kernel = this.kernel!;
    const exited = new Promise<number | null>((resolve) => kernel.once("exit", resolve));
    void this.request("shutdown_request", { restart: false });
    const timer = setTimeout(() => kernel.kill("SIGKILL"), 60_000);
    const code = await exited;
    clearTimeout(timer);
    this.shell.close();
    this.iopub.close();
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}

/** All are held before one is given back, so that none comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

describe("the Jupyter kernel", () => {
  const client = new Client();
  before(() => client.start());
  after(async () => assert.equal(await client.stop(), 0));

  const types = (published: Message[]) =>
    published.map(({ type }) => type).filter((type) => type !== "status");

  it("says what it is", async () => {
    const { reply } = await client.request("kernel_info_request", {});
    assert.equal(reply.status, "ok");
    assert.equal((reply.language_info as unknown as { name: string }).name, "typescript");
  });

  it("executes a cell in the project root: input, stream, result, count", async () => {
    const { reply, published } = await client.execute(
      'import { showTable } from "rerenderable/notebook"; console.log("hello"); process.cwd()',
    );
    assert.deepEqual([reply.status, reply.execution_count], ["ok", 1]);
    assert.deepEqual(types(published), ["execute_input", "stream", "execute_result"]);
    assert.equal(published.find(({ type }) => type === "execute_input")?.content.execution_count, 1);
    const result = published.find(({ type }) => type === "execute_result")?.content;
    assert.equal(result?.execution_count, 1);
    const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
    assert.deepEqual(result?.data, { "text/plain": `'${root}'` });
  });

  it("sends each of many lines that a cell prints at once", async () => {
    const { reply, published } = await client.execute("for (let i = 0; i < 3000; i++) console.log(i);");
    assert.equal(reply.status, "ok", JSON.stringify(reply));
    const lines = published.filter(({ type }) => type === "stream").map(({ content }) => content.text);
    assert.deepEqual(
      lines,
      Array.from({ length: 3000 }, (_, i) => `${i}\n`),
    );
  });

  it("displays the MIME bundles of rerenderable/notebook once", async () => {
    const { published } = await client.execute("showTable([{ a: 1 }])");
    assert.deepEqual(types(published), ["execute_input", "display_data"]);
  });

  it("reports an error with its name, message and traceback", async () => {
    const { reply, published } = await client.execute('throw new RangeError("too far")');
    const expected = { ename: "RangeError", evalue: "too far", traceback: ["RangeError: too far"] };
    assert.deepEqual(published.find(({ type }) => type === "error")?.content, expected);
    assert.deepEqual(reply, { status: "error", execution_count: 4, ...expected });
  });

  it("does not run what was sent together with a failed cell, and runs what comes after", async () => {
    await client.recovered();
    const folder = mkdtempSync(join(tmpdir(), "rerenderable-cell-"));
    const sent = join(folder, "sent");
    const both = Promise.all([
      client.execute(`const { existsSync } = await import("node:fs");
while (!existsSync(${JSON.stringify(sent)})) await new Promise((resolve) => setTimeout(resolve, 10));
throw 1`),
      client.execute("2"),
    ]);
    // The kernel takes requests in order: when it answers this one, it has both cells.
    await client.request("kernel_info_request", {});
    writeFileSync(sent, "");
    const [failed, aborted] = await both;
    rmSync(folder, { recursive: true });
    assert.equal(failed.reply.status, "error");
    assert.equal(aborted.reply.status, "aborted");
    await client.recovered();
    assert.equal((await client.execute("3")).reply.status, "ok");
  });

  it("goes on after a failure where the client asks for it", async () => {
    const more = { stop_on_error: false };
    const both = await Promise.all([client.execute("throw 1", more), client.execute("2", more)]);
    assert.deepEqual(
      both.map(({ reply }) => reply.status),
      ["error", "ok"],
    );
  });

  it("reports type errors and promises that nobody awaits", async () => {
    const more = { stop_on_error: false };
    const typed = await client.execute("const s: string = 1", more);
    assert.equal(typed.reply.ename, "TypeScriptError");
    assert.match(String(typed.reply.evalue), /^1:7 - Type 'number'/);
    const lost = await client.execute('void Promise.reject(new Error("lost"))', more);
    assert.equal(lost.reply.evalue, "lost");
  });

  it("completes names of the library", async () => {
    const { reply } = await client.request("complete_request", { code: "showT", cursor_pos: 5 });
    assert.deepEqual(reply.matches, ["showTable"]);
  });

  it("knows variables of earlier cells also where they are written short", async () => {
    await client.execute("let earlier = 41; const later = 1;");
    const { published } = await client.execute(
      "const both = { earlier, later }; ({ earlier } = { earlier: both.earlier })",
    );
    assert.deepEqual(types(published), ["execute_input", "execute_result"]);
  });

  it("lets a loop that listens end by itself when it is interrupted, and keeps what its cell has", async () => {
    const running = client.execute(`import { interruptible } from "rerenderable/notebook";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const loop = async (signal: AbortSignal) => {
  let steps = 0;
  for (; steps < 3000 && !signal.aborted; steps++) {
    await pause(10);
    // Not before the first pause: until then an interrupt breaks the cell off, as it must where a cell never pauses.
    if (steps === 0) console.log("listening");
  }
  return steps;
};
const steps = await interruptible(loop);`);
    await Promise.race([client.heard("listening"), running]);
    client.interrupt();
    assert.equal((await running).reply.status, "ok");
    const { published } = await client.execute("steps > 0 && steps < 3000");
    assert.deepEqual(published.find(({ type }) => type === "execute_result")?.content.data, {
      "text/plain": "true",
    });
  });
});

describe("a kernel whose Jupyter dies while it starts", () => {
  it("ends too", async function () {
    if (process.platform === "win32") this.skip();
    const folder = mkdtempSync(join(tmpdir(), "rerenderable-orphan-"));
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify({ transport: "tcp", ip: "127.0.0.1", key: "", ...ports }));
    const begun = 'data:text/javascript,process.stdout.write("begun")';
    const kernel = fileURLToPath(new URL("kernel.cjs", import.meta.url));
    const jupyter = `const child = require("node:child_process").spawn(
        process.execPath,
        ${JSON.stringify(["--import", begun, kernel, file])},
        { env: { ...process.env, JPY_PARENT_PID: String(process.pid) }, detached: true, stdio: ["ignore", "pipe", 1] },
      );
      child.stdout.once("data", () => setTimeout(() => process.exit(0), 200));`;
    const dying = spawn(process.execPath, ["-e", jupyter], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    dying.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    // The kernel has the other end of this pipe too, for its errors: it closes when both have ended.
    await new Promise((resolve) => dying.once("close", resolve));
    assert.deepEqual([dying.exitCode, said], [0, ""]);
    rmSync(folder, { recursive: true, force: true });
  });
});
