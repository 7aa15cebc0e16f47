/** Reads a model's file that a user named. If it cannot be read, one line says why. */
import { readFile, stat } from "node:fs/promises";
import { InputError } from "../../base/tensor/input-error.js";

/** What options such as `--model` take. */
const aModel = '"embedded", a .mat file of the Basel Face Model or a folder of ICT-FaceKit';

/** Deep3D's file has 0.13 GB. */
const mostBytes = 1e9;

/** @throws InputError there is no such file, it is a directory, or it is larger than any model */
export async function readModelFile(file: string): Promise<Uint8Array> {
  const { kind, size } = await placeOf(file);
  if (kind !== "file") throw new InputError(file, "a file", "a directory");
  if (size > mostBytes)
    throw new InputError(file, `a file of at most ${mostBytes / 1e9} GB`, `${(size / 1e9).toFixed(1)} GB`);
  return readFile(file);
}

/** @throws InputError nothing is there, or what is there is neither a file nor a directory */
export async function placeOf(path: string): Promise<{ kind: "file" | "directory"; size: number }> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const absent = error.code === "ENOENT" || error.code === "ENOTDIR";
    throw new InputError(path, aModel, absent ? "no such file or folder" : `${error.code}`);
  });
  if (info.isDirectory()) return { kind: "directory", size: 0 };
  if (info.isFile()) return { kind: "file", size: info.size };
  throw new InputError(path, aModel, "something that is neither a file nor a folder");
}
