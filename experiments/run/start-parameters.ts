/** Reads the parameters in a file of weights, from which a training goes on. */
import { InputError, type ParameterValues } from "rerenderable";
import { type ParameterSpec, readNetworkFile } from "rerenderable/networks";

/** @throws InputError if the file does not exist, or belongs to another network */
export async function startParameters(
  file: string | URL,
  specs: readonly ParameterSpec[],
): Promise<ParameterValues> {
  const read = await readNetworkFile(file).catch((error: NodeJS.ErrnoException) => {
    const got = error.code === "ENOENT" ? "no such file" : error.message;
    throw new InputError(String(file), "a network to start from", got);
  });
  for (const { name, shape } of specs) {
    const length = shape.reduce((product, size) => product * size, 1);
    const found = read.parameters[name]?.length;
    if (found !== length)
      throw new InputError(String(file), `${length} numbers of ${name}`, `${found ?? "none"}`);
  }
  return read.parameters;
}
