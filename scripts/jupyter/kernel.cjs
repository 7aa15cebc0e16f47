"use strict";
/**
 * The Jupyter kernel of this project: tslab with this project's library, options and error reports.
 *
 *     node scripts/jupyter/kernel.cjs <connection file>
 *
 * What it adds to tslab's own kernel: cells run in the project root whatever folder the notebook is in; the
 * library is imported from source; types are strict; a failed cell sends an `error` message, and its reply names
 * the error; `execute_input` is sent, so executed notebooks have execution counts; `stop_on_error: false` is
 * honoured; the value of the last expression is an `execute_result` and may bring its own MIME bundle.
 */
const path = require("node:path");
const { createCellExecutor, tslabInternals } = require("./cell-executor.cjs");

/** How long requests may take to arrive that were sent together with one that fails; they are not run. */
const ABORT_WINDOW_MS = 50;

const ANSWERED = new Set([
  "kernel_info_request",
  "execute_request",
  "is_complete_request",
  "inspect_request",
  "complete_request",
  "comm_info_request",
  "shutdown_request",
]);

/** @param {string} connectionFile path of the JSON file that Jupyter writes: ports and key */
function startKernel(connectionFile) {
  exitWithJupyter(); // this comes first: Jupyter may die while the compiler is loaded
  const connection = path.resolve(connectionFile); // before the working directory changes
  const root = path.join(__dirname, "../..");
  const cells = createCellExecutor(root);
  const { jupyter } = tslabInternals(root);
  const { Handler, Server } = kernelClasses(jupyter);
  const server = new Server(new Handler(cells), connection);
  process.on("SIGINT", () => {
    // A loop that listens ends by itself and keeps its results; tslab would give up the cell while the loop goes on.
    if (!globalThis[Symbol.for("rerenderable.interrupt")]?.()) cells.tslab.interrupt();
  });
  server.init().catch((error) => {
    process.stderr.write(`kernel: cannot listen as ${connectionFile} asks: ${error.message}\n`);
    process.exit(1);
  });
}

/**
 * Ends with Jupyter, as a front end that dies sends no shutdown request. Jupyter sets this variable, to its own
 * number, for kernels that should follow it.
 */
function exitWithJupyter() {
  const jupyter = process.env.JPY_PARENT_PID;
  if (!jupyter || jupyter === "1") return; // the first process of a container lives longer than its kernels
  const parent = process.ppid;
  const check = () => {
    if (process.ppid === 1 || process.ppid !== parent) process.exit(0); // adopted by another process
  };
  setInterval(check, 1000).unref();
}

/** tslab's two protocol classes with the differences named above. */
function kernelClasses({ JupyterHandlerImpl, ZmqServer }) {
  class Handler extends JupyterHandlerImpl {
    queue = Promise.resolve();
    aborting = false;
    count = 0;

    constructor(cells) {
      super(cells.tslab, false);
      this.cells = cells;
    }

    handleKernel() {
      return { ...super.handleKernel(), status: "ok", banner: "rerenderable: TypeScript cells" };
    }

    /**
     * Runs one request after those before it.
     * @param {{ code: string, silent?: boolean, stop_on_error?: boolean }} request
     * @param {(type: string, content: object) => void} publish
     * @returns {Promise<object>} content of the reply
     */
    execute(request, publish) {
      const reply = this.queue.then(() => this.executeNow(request, publish));
      this.queue = reply.catch(() => {});
      return reply;
    }

    async executeNow(request, publish) {
      if (this.aborting) return { status: "aborted", execution_count: this.count };
      if (!request.silent) {
        this.count++;
        publish("execute_input", { code: request.code, execution_count: this.count });
      }
      const execution_count = this.count;
      const emit = (type, content) =>
        publish(type, type === "execute_result" ? { execution_count, ...content } : content);
      const error = await this.cells.run(request.code, request.silent ? () => {} : emit);
      if (!error) return { status: "ok", execution_count, payload: [], user_expressions: {} };
      if (request.stop_on_error !== false) {
        this.aborting = true;
        setTimeout(() => {
          this.aborting = false;
        }, ABORT_WINDOW_MS);
      }
      return { status: "error", execution_count, ...error };
    }
  }

  class Server extends ZmqServer {
    /**
     * Sends all messages at once. By default zeromq delays each 513th message, refuses those that come meanwhile
     * (tslab does not wait for this), and drops messages when a thousand others are waiting.
     */
    async bindSocket(socket, port) {
      socket.sendTimeout = 0;
      socket.sendHighWaterMark = 0;
      await super.bindSocket(socket, port);
    }

    /**
     * Ignores requests that tslab does not know (history, widgets): it would print a warning into a cell's output.
     */
    async handleShellMessage(socket, ...frames) {
      const delimiter = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const header = JSON.parse(frames[delimiter + 2]?.toString() ?? "{}");
      if (ANSWERED.has(header.msg_type)) await super.handleShellMessage(socket, ...frames);
    }

    async handleExecute(socket, message) {
      const send = (to, type, content) => {
        const reply = message.createReply();
        reply.header.msg_type = type;
        reply.content = content;
        reply.signAndSend(this.connInfo.key, to);
      };
      const publish = (type, content) => send(this.iopub, type, content);
      send(socket, "execute_reply", await this.handler.execute(message.content, publish));
    }

    handleCommInfoRequest(socket, message) {
      const reply = message.createReply();
      reply.header.msg_type = "comm_info_reply";
      reply.content = { status: "ok", comms: {} };
      reply.signAndSend(this.connInfo.key, socket);
    }

    close() {
      super.close();
      setTimeout(() => process.exit(0), 100); // a server or timer that a cell started must not keep the kernel
    }
  }
  return { Handler, Server };
}

if (require.main === module) {
  if (process.argv.length !== 3) {
    process.stderr.write("kernel: expects one argument, the connection file that Jupyter writes.\n");
    process.exit(1);
  }
  startKernel(process.argv[2]);
}
