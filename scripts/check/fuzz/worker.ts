/** The process that opens mutants. A mutant that ends it ends nothing else. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { FileError } from "rerenderable/base";
import { doors } from "./doors.js";

export interface Task {
  readonly door: string;
  /** The folder; the caller knows all files that are in it at the start. */
  readonly folder: string;
  readonly file: string;
}

export interface Answer {
  readonly verdict: "accepted" | "refused" | "fault";
  /** The message that the user would read. */
  readonly message: string;
  /** The files in the folder afterwards, by their paths. */
  readonly files: readonly string[];
  readonly milliseconds: number;
  /** The most memory that the process has had so far. */
  readonly peakMb: number;
}

process.on("message", async ({ door: name, folder, file }: Task) => {
  const door = doors.find((one) => one.name === name)!;
  const start = performance.now();
  const { verdict, message } = await judge(() => door.open(file), file);
  const milliseconds = performance.now() - start;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.send!({ verdict, message, files, milliseconds, peakMb } satisfies Answer);
});

/** Judges an error: a user can use one line that names the file or the option. */
async function judge(
  open: () => Promise<unknown>,
  file: string,
): Promise<Pick<Answer, "verdict" | "message">> {
  try {
    await open();
    return { verdict: "accepted", message: "" };
  } catch (error) {
    const text = String(error instanceof Error ? error.message : error);
    // The notebooks' programs are plain JavaScript and do not have our errors; their errors say which file is wrong.
    const expected = error instanceof FileError || (/\.(ipynb|nb\.ts)$/.test(file) && text.startsWith(file));
    if (expected && !text.includes("\n")) return { verdict: "refused", message: text };
    const where = error instanceof Error ? (error.stack ?? "").split("\n").slice(0, 4).join("\n") : "";
    return { verdict: "fault", message: where || text };
  }
}
