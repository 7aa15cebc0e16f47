/**
 * Makes a network of fewer layers from one whose weights no longer change. With its running statistics, a batch
 * normalisation is a factor and an offset a channel, and becomes part of the convolution before it. The values stay
 * the same up to rounding, and the gradients with respect to the inputs too.
 */
import { type FoldedLayer, foldLayers, startFold } from "./fold-layers.js";
import { createNetwork, type Network } from "./graph.js";
import type { ParameterValues } from "./parameters.js";

export interface FrozenNetwork {
  readonly network: Network;
  readonly parameters: ParameterValues;
}

/** @param parameters by name, in the shapes of `parameterSpecs` */
export function foldNetwork(network: Network, parameters: ParameterValues): FrozenNetwork {
  const folded: Node[] = [];
  const nodeOf = new Map<string, Node>();
  for (const { name, layer, inputs } of network.nodes) {
    const parts = startFold(layer, (part) => parameters[`${name}.${part}`]);
    const before = inputs.length === 1 ? nodeOf.get(inputs[0])! : undefined;
    const merged = before && isReadOnce(network, inputs[0]) ? foldLayers(before, parts) : undefined;
    if (before && merged) {
      // Padding becomes part of the convolution after it, which keeps its name; every other layer part of the one
      // before it.
      Object.assign(before, merged, before.layer.kind === "pad" ? { name } : {});
      nodeOf.set(name, before);
      continue;
    }
    const node = { name, inputs: inputs.map((input) => nodeOf.get(input)!), ...parts };
    folded.push(node);
    nodeOf.set(name, node);
  }
  return collect(network, folded, nodeOf);
}

interface Node extends FoldedLayer {
  name: string;
  readonly inputs: readonly Node[];
}

/** Whether exactly one node reads the node and no output is it. */
function isReadOnce({ nodes, outputs }: Network, name: string): boolean {
  if (Object.values(outputs).includes(name)) return false;
  return nodes.flatMap(({ inputs }) => inputs).filter((input) => input === name).length === 1;
}

function collect(
  { name, outputs }: Network,
  folded: readonly Node[],
  nodeOf: ReadonlyMap<string, Node>,
): FrozenNetwork {
  const values = folded.flatMap((node) =>
    Object.entries(node.parameters).map(([part, numbers]) => [`${node.name}.${part}`, numbers] as const),
  );
  const network = createNetwork(name, ({ add }) => {
    for (const node of folded) add(node.name, node.layer, ...node.inputs.map((input) => input.name));
    return Object.fromEntries(
      Object.entries(outputs).map(([output, node]) => [output, nodeOf.get(node)!.name]),
    );
  });
  return { network, parameters: Object.fromEntries(values) };
}
