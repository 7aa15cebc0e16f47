/** Reads weights that a training left, with what they say of themselves: the one reader of all that this project trains. */
import { FileError } from "../../base/tensor/file-error.js";
import { type NetworkFile, readNetworkFile } from "../../networks/network-file.js";
import { fixedInputShapes, type Shapes } from "../../networks/shape-inference.js";

export interface TrainedWeights extends NetworkFile {
  /** What they are called, for summaries. */
  readonly name: string;
  /** Name of the morphable model that they were trained with. */
  readonly model: string;
  /** Of the network's inputs, at a batch of one. */
  readonly inputShapes: Shapes;
  /** @returns what to throw where they are others than wanted; by default they are called by their name */
  otherThan(expected: string, found?: string): FileError;
}

/**
 * @param kind what they should be, as "a face parser"
 * @param output one that the network of such weights has
 * @throws FileError in one line that names the file, if it is not there, is damaged, or is of another network
 */
export async function readWeights(file: string | URL, kind: string, output: string): Promise<TrainedWeights> {
  const read = await readNetworkFile(file);
  const { network, metadata } = read;
  const name = metadata.name ?? network.name;
  const weights: TrainedWeights = {
    ...read,
    name,
    model: metadata.model ?? "embedded",
    inputShapes: fixedInputShapes(network, 1),
    otherThan: (expected, found = `"${name}"`) =>
      new FileError(`${file}: should be ${expected} but is ${found}.`),
  };
  if (network.outputs[output] === undefined) throw weights.otherThan(kind);
  return weights;
}
