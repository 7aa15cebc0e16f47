/** Reads a file that a user named. */
import { readFile } from "node:fs/promises";
import { InputError } from "./input-error.js";

/**
 * @param expected what the file should be, for messages
 * @throws InputError if there is none, or it cannot be read
 */
export async function readInputFile(file: string, expected: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "an unreadable file";
    const plain: Readonly<Record<string, string>> = { ENOENT: "no such file", EISDIR: "a directory" };
    throw new InputError(file, expected, plain[code] ?? code);
  }
}

/** Reads it as text, in UTF-8. */
export async function readInputText(file: string, expected: string): Promise<string> {
  return Buffer.from(await readInputFile(file, expected)).toString("utf8");
}
