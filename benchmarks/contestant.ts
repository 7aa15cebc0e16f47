/**
 * One program that is timed. It is a process, so that its peak memory can be measured, and answers each line of its
 * input (the name of a task) with a line of JSON.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";

export interface Answer {
  readonly ms: number;
  readonly peakMemoryMb: number;
  /** Numbers that the task gives, if any. */
  readonly result?: readonly number[];
}

export class Contestant {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(command, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    this.#child.on("error", () => {}); // noticed as the end of its answers
    this.#child.stdin!.on("error", () => {});
    this.#reader = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** @throws if the program ended without an answer */
  async ask<T = Answer>(task: string): Promise<T> {
    this.#child.stdin!.write(`${task}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnargs.join(" ")}: ended at the task "${task}".`);
    return JSON.parse(value) as T;
  }

  end(): void {
    this.#reader.close();
    this.#child.kill();
  }
}

type Task = () => Promise<unknown>;

/** The answering side, for programs in TypeScript: times a task for each line of the standard input. */
export async function answerTasks(tasks: Readonly<Record<string, Task>>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const result = await tasks[line.trim()]();
    const ms = performance.now() - start;
    const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
    const answer: Answer = { ms, peakMemoryMb, ...(isNumbers(result) && { result }) };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

function isNumbers(result: unknown): result is number[] {
  return Array.isArray(result) && result.every((value) => typeof value === "number");
}
