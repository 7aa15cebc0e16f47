/**
 * A network that grows while it learns (Karras et al. 2017): a list of networks, each has all parameters of the one
 * before and more. A checkpoint always holds the parameters of the last one; those that are not trained yet keep
 * their first values.
 */
import type { Network } from "./graph.js";
import type { ParameterSpec, ParameterValues } from "./parameters.js";
import { fixedInputShapes, type Shapes } from "./shape-inference.js";
import type { OptimiserState, TrainableNetwork } from "./trainable-network.js";

/** What the training loop asks of anything that learns. */
export type Learner = Pick<
  TrainableNetwork,
  "network" | "specs" | "parameters" | "setParameters" | "optimiserState" | "setOptimiserState" | "dispose"
>;

export interface GrowingNetwork extends Learner {
  /**
   * The network of a stage, counted from 0, with all that was learnt before. Adam begins anew with each stage. Only
   * one stage's network is in use at a time.
   * @param begins whether this is the stage's first step: what a checkpoint has of Adam then belongs to the stage
   *   before
   */
  stage(index: number, begins?: boolean): Promise<TrainableNetwork>;
}

export interface GrowingNetworkOptions {
  readonly stages: readonly Network[];
  /** The parameters of the last network. */
  readonly specs: readonly ParameterSpec[];
  readonly parameters: ParameterValues;
  readonly create: (options: {
    readonly network: Network;
    readonly inputShapes: Shapes;
    readonly parameters: ParameterValues;
  }) => Promise<TrainableNetwork>;
}

export function growingNetwork({ stages, specs, parameters, create }: GrowingNetworkOptions): GrowingNetwork {
  let values = parameters;
  let memory: OptimiserState | undefined;
  let now: { readonly index: number; readonly network: TrainableNetwork } | undefined;

  const known = async (): Promise<ParameterValues> => ({ ...values, ...(await now?.network.parameters()) });
  return {
    network: stages[stages.length - 1],
    specs,
    parameters: known,
    setParameters(given) {
      values = given;
      now?.network.setParameters(ofStage(now.network, given));
    },
    async optimiserState() {
      const state = await now?.network.optimiserState();
      const full = (part: ParameterValues = {}): ParameterValues =>
        Object.fromEntries(
          specs
            .filter(({ trainable }) => trainable)
            .map(({ name }) => [name, part[name] ?? new Float32Array(values[name].length)]),
        );
      return { step: state?.step ?? 0, first: full(state?.first), second: full(state?.second) };
    },
    setOptimiserState(state) {
      memory = state; // kept for the stage that is asked for next
    },
    async stage(index, begins = false) {
      if (now?.index === index) return now.network;
      values = await known();
      await now?.network.dispose();
      const network = await create({
        network: stages[index],
        inputShapes: fixedInputShapes(stages[index], 1),
        parameters: ofGraph(stages[index], values),
      });
      if (memory && !begins) {
        const { step, first, second } = memory;
        network.setOptimiserState({ step, first: ofStage(network, first), second: ofStage(network, second) });
      }
      memory = undefined;
      now = { index, network };
      return network;
    },
    dispose: async () => now?.network.dispose(),
  };
}

const ofStage = ({ specs }: Pick<TrainableNetwork, "specs">, values: ParameterValues): ParameterValues =>
  Object.fromEntries(specs.flatMap(({ name }) => (name in values ? [[name, values[name]]] : [])));

function ofGraph({ nodes }: Network, values: ParameterValues): ParameterValues {
  const own = new Set(nodes.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => own.has(name.slice(0, name.lastIndexOf(".")))),
  );
}
