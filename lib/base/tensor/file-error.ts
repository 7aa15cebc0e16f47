/** The error for a file that is not what it should be. */

/** An error of one line that begins with the file's name. The user reads it as it is, without a stack trace. */
export class FileError extends Error {
  override readonly name: string = "FileError";
}
