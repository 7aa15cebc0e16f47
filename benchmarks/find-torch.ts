/** Looks for a Python that has PyTorch: the program named by PYTHON, python3 on the path, the system's own. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export async function findTorch(): Promise<string | undefined> {
  const named = process.env.PYTHON;
  for (const python of named ? [named] : ["python3", "/usr/bin/python3"]) {
    try {
      await promisify(execFile)(python, ["-c", "import torch"]);
      return python;
    } catch {}
  }
  return undefined;
}
