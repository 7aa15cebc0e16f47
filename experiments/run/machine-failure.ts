/** What the machine refuses, be it disk or memory, in words for a message. */

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

/** Those that no program can help, whatever it was doing: the user makes room, or asks for permission. */
const ofTheMachine: readonly string[] = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EMFILE"];

export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? code ?? message;
}

/** In a line without a stack, where it was the machine and not the program that failed. */
export function machineFailure(error: unknown): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== undefined && ofTheMachine.includes(code)) return `${path ? `${path}: ` : ""}${reasons[code]}`;
  if (!isOutOfMemory(error)) return undefined;
  return `out of memory (${(error as Error).message.split("\n")[0].slice(0, 120)}): fewer workers, a smaller batch or smaller pictures need less`;
}

/** In the words of V8, WebAssembly at its 4 GiB (tfjs does not ask whether it got any), ONNX Runtime and C++. */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const words =
    /out of memory|array buffer allocation failed|memory access out of bounds|maximum memory size exceeded|bad_alloc|failed to allocate memory/i;
  return words.test(error.message);
}
