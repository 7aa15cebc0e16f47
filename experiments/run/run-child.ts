/** Runs a program of this project in a process of its own, and hands on what it prints. */
import { spawn } from "node:child_process";
import path from "node:path";

export const root = path.join(import.meta.dirname, "../..");

/**
 * @param args of Node.js, the program first
 * @param onLine told of each line that is printed
 * @throws with the last line of a program that failed
 */
export function runChild(args: readonly string[], onLine: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
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
