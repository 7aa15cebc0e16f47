/** Reads a model's file that a user named. If it cannot be read, one line says why. */
import { stat } from "node:fs/promises";
import { InputError } from "../../base/tensor/input-error.js";
import { readInputFile } from "../../base/tensor/read-input-file.js";

/** What options such as `--model` take. */
const aModel = '"embedded", a .mat file of the Basel Face Model or a folder of ICT-FaceKit';

/** @throws InputError there is no such file, it is a directory, or it is larger than any model */
export async function readModelFile(file: string): Promise<Uint8Array> {
  if ((await placeOf(file)) !== "file") throw new InputError(file, "a file", "a directory");
  return readInputFile(file, aModel);
}

/** @throws InputError nothing is there, or what is there is neither a file nor a directory */
export async function placeOf(path: string): Promise<"file" | "directory"> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const absent = error.code === "ENOENT" || error.code === "ENOTDIR";
    throw new InputError(path, aModel, absent ? "no such file or folder" : `${error.code}`);
  });
  if (info.isDirectory()) return "directory";
  if (info.isFile()) return "file";
  throw new InputError(path, aModel, "something that is neither a file nor a folder");
}
