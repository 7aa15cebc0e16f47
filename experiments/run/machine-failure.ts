/** Explains failures of the machine (disk or memory) in words for a message. */

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "a read-only file system",
  ENOSPC: "no space left on the device",
  EDQUOT: "no space left in the quota",
  ENOTDIR: "a file where a folder should be",
  EEXIST: "a file where a folder should be",
  ENOENT: "a place where nothing can be made",
  ENAMETOOLONG: "a name that is too long",
  EMFILE: "more open files than the system allows",
};

/** Codes that always come from the machine: only the user can make room or get permission. */
const ofTheMachine: readonly string[] = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EMFILE"];

export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? code ?? message;
}

/**
 * Describes a failure of the machine in one line.
 * @returns undefined if the program failed, not the machine
 */
export function machineFailure(error: unknown): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== undefined && ofTheMachine.includes(code)) return `${path ? `${path}: ` : ""}${reasons[code]}`;
  if (!isOutOfMemory(error)) return undefined;
  return `out of memory (${(error as Error).message.split("\n")[0].slice(0, 120)}): fewer workers, a smaller batch or smaller pictures need less`;
}

/**
 * Knows the messages of V8, of WebAssembly at 4 GiB (tfjs does not check whether it got memory), ONNX Runtime and C++.
 */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const words =
    /out of memory|array buffer allocation failed|memory access out of bounds|maximum memory size exceeded|bad_alloc|failed to allocate memory/i;
  return words.test(error.message);
}
