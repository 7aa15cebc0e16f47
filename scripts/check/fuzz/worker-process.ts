/** Runs one worker at a time; a new one comes after a hang, a crash, or too much memory. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Task } from "./worker.js";

/** An answer, or what happened instead of one. */
export type Outcome = Answer | { readonly verdict: "hang" | "crash"; readonly message: string };

export interface WorkerProcess {
  /** @param limit seconds */
  ask(task: Task, limit: number): Promise<Outcome>;
  /** Ends the process; the next question goes to a new one. */
  end(): void;
}

const workerFile = fileURLToPath(new URL("./worker.ts", import.meta.url));

export function workerProcess(): WorkerProcess {
  let child: ChildProcess | undefined;
  const end = () => {
    child?.removeAllListeners();
    child?.kill("SIGKILL");
    child = undefined;
  };
  return {
    end,
    ask(task, limit) {
      child ??= start();
      const asked = child;
      return new Promise((resolve) => {
        let said = "";
        const settle = (outcome: Outcome) => {
          clearTimeout(timer);
          asked.removeAllListeners();
          asked.stderr!.removeAllListeners();
          if (outcome.verdict === "hang" || outcome.verdict === "crash") end();
          resolve(outcome);
        };
        const timer = setTimeout(
          () => settle({ verdict: "hang", message: `no answer in ${limit} s` }),
          1000 * limit,
        );
        asked.stderr!.on("data", (text) => {
          said = `${said}${text}`.slice(-600);
        });
        asked.once("message", (answer) => settle(answer as Answer));
        asked.once("exit", (code, signal) =>
          settle({ verdict: "crash", message: `the process ended with ${signal ?? code}: ${said.trim()}` }),
        );
        asked.send(task);
      });
    },
  };
}

function start(): ChildProcess {
  return fork(workerFile, {
    execArgv: ["--import", "tsx", "--max-old-space-size=1024"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}
