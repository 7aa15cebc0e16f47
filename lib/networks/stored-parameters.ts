/** Parameters as they come out of a safetensors file. */
import { FileError } from "../base/tensor/file-error.js";
import { notFinite } from "../base/tensor/not-finite.js";
import type { SafetensorsContent } from "../base/tensor/safetensors.js";
import type { ParameterSpec, ParameterValues } from "./parameters.js";

/**
 * @param prefix the beginning of their names in the file
 * @param path the path of the file, for messages
 * @throws FileError in one line that names the file, if one is missing, unknown, of another shape, or not finite
 */
export function storedParameters(
  { tensors }: SafetensorsContent,
  prefix: string,
  specs: readonly ParameterSpec[],
  path: string,
): ParameterValues {
  const names = new Set(specs.map(({ name }) => prefix + name));
  const unknown = Object.keys(tensors).find((name) => name.startsWith(prefix) && !names.has(name));
  if (unknown) throw new FileError(`${path}: the network has no \`${unknown}\`.`);
  const values = specs.map(({ name, shape }) => {
    const tensor = tensors[prefix + name];
    if (!tensor) throw new FileError(`${path}: \`${prefix}${name}\` is missing.`);
    if (`${tensor.shape}` !== `${shape}` || !(tensor.values instanceof Float32Array)) {
      const got = `${tensor.dtype} of shape [${tensor.shape}]`;
      throw new FileError(
        `${path}: \`${prefix}${name}\` should be floats of shape [${shape}] but is ${got}.`,
      );
    }
    const wrong = notFinite(tensor.values);
    if (wrong >= 0) {
      const got = `${tensor.values[wrong]} at ${wrong}`;
      throw new FileError(`${path}: \`${prefix}${name}\` should have finite numbers but has ${got}.`);
    }
    return [name, tensor.values] as const;
  });
  return Object.fromEntries(values);
}
