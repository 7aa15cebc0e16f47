/** The error for a file that is not what it should be. */

/** One line that begins with the file's name. Shown to the user as it is, without a stack trace. */
export class FileError extends Error {
  override readonly name: string = "FileError";
}
