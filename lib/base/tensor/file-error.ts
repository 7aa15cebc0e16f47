/** The error for a file that is not what it should be. */
import { printable } from "./printable.js";

/** An error of one line that begins with the file's name. The user reads it as it is, without a stack trace. */
export class FileError extends Error {
  override readonly name: string = "FileError";

  /** @param message may quote the file */
  constructor(message: string) {
    super(printable(message));
  }
}
