/** Runs a program of this project in its own process, and passes on the lines that it prints. */
import { spawn } from "node:child_process";
import path from "node:path";

export const root = path.join(import.meta.dirname, "../..");

/**
 * @param args arguments of Node.js, the program first
 * @param onLine called with each printed line
 * @throws an error with the last line of the program, if it failed
 */
export function runChild(args: readonly string[], onLine: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  // A signal to this process alone would leave the child at work.
  const end = () => void child.kill();
  process.once("exit", end);
  child.on("close", () => process.off("exit", end));
  let last = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split(/[\r\n]+/).filter((part) => part.trim() !== "")) {
        last = line.trim();
        onLine(last);
      }
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(last || `exit code ${code}`))));
  });
}
