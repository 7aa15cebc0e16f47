/** The parameters of a network's file, for a training that goes on from it. */
import { InputError, type ParameterValues } from "rerenderable";
import { type ParameterSpec, readNetworkFile } from "rerenderable/networks";

/** @throws InputError where there is no such file, or it is of another network */
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
