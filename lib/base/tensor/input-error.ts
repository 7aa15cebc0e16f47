/** The error for input that a user brought: one line that names the file, what was expected and what came. */
import { FileError } from "./file-error.js";

/** An error that the user reads as it is, without a stack trace; every other error is a bug of ours. */
export class InputError extends FileError {
  override readonly name = "InputError";

  /**
   * @param file the path as the user gave it
   * @param expected what should have been there, e.g. "a photo (JPEG, PNG, ...)"
   * @param got what was there instead
   */
  constructor(
    readonly file: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(oneLine(`${file}: expected ${expected}, got ${got}.`));
  }
}

/** Makes one line of a text: libraries answer in paragraphs, but a terminal needs one line. */
function oneLine(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/\.+\s*\.$/, ".")
    .trim();
}
