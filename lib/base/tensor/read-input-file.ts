/** Reads a file that a user named. */
import { open } from "node:fs/promises";
import { InputError } from "./input-error.js";

/** The most MB of a file that is read whole (a large recognition network has 260), and of a text, which grows as it is read. */
const [mostMb, mostTextMb] = [300, 100];

/**
 * @param expected what the file should be, for messages
 * @throws InputError if there is none, it is none, it cannot be read, it is too large, or it has no end
 */
export async function readInputFile(file: string, expected: string, most = mostMb): Promise<Uint8Array> {
  let opened: Awaited<ReturnType<typeof open>> | undefined;
  try {
    opened = await open(file);
    const info = await opened.stat();
    if (info.isCharacterDevice()) throw new InputError(file, expected, "a device");
    if (info.size > 1e6 * most)
      throw new InputError(file, `${expected} of at most ${most} MB`, `${Math.ceil(info.size / 1e6)} MB`);
    return await opened.readFile();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "an unreadable file";
    throw new InputError(file, expected, reasons[code] ?? code);
  } finally {
    await opened?.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "a directory",
};

/** Reads it as text, in UTF-8. */
export async function readInputText(file: string, expected: string): Promise<string> {
  return Buffer.from(await readInputFile(file, expected, mostTextMb)).toString("utf8");
}
