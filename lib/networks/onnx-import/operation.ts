/** One operator of a file with the values that it reads, and the tools to turn it into layers. */
import { InputError } from "../../base/tensor/input-error.js";
import type { Layer } from "../layers.js";
import { type Shape, size } from "../shape-inference.js";
import { type Axes, type Feature, inOrder, isReshaped, openBatch, type Value } from "./feature.js";
import type { NetworkUnderWay, Parts } from "./network-under-way.js";
import type { Attribute, ModelNode } from "./read-model.js";
import type { Constant } from "./read-tensor.js";

/** The most numbers of one item that a node may give: half a gigabyte, more than any network for faces needs. */
const most = 1 << 27;

/**
 * The most numbers that are computed while a file is read, over all nodes: more than the weights that an exporter leaves
 * to be turned, and a few seconds.
 */
const mostComputed = 1 << 24;
/** The most axes, or sizes, that a list of an operator names. */
const longestList = 1024;

/** What a conversion returns: the values of the operator's outputs, in order. */
export type Converter = (op: Operation) => Value | readonly Value[];

export interface OperationContext {
  readonly file: string;
  readonly opset: number;
  readonly network: NetworkUnderWay;
  /** The batch that the file was written for, if it was written for one only. */
  readonly fileBatch: number | undefined;
  /** How often operators and outputs read each value. */
  readonly reads: ReadonlyMap<string, number>;
  /** The operator that gives each value of the file, and the operator from which each node of ours came last. */
  readonly makers: ReadonlyMap<string, ModelNode>;
  readonly nodeMakers: Map<string, ModelNode>;
  /** The numbers that were computed so far. */
  readonly computed: { count: number };
}

export class Operation {
  constructor(
    readonly node: ModelNode,
    readonly values: readonly (Value | undefined)[],
    readonly context: OperationContext,
  ) {}

  get network(): NetworkUnderWay {
    return this.context.network;
  }

  /** @throws InputError that names file, operator and node */
  fail(expected: string, got: string): never {
    const { opType, name, outputs } = this.node;
    throw new InputError(this.context.file, `${opType} (node "${name || outputs[0]}") with ${expected}`, got);
  }

  /** @throws InputError that names an operator which has no layer here */
  failUnknown(): never {
    const { opType, name, outputs } = this.node;
    throw new InputError(
      this.context.file,
      "operators that can be read here",
      `${opType} (node "${name || outputs[0]}")`,
    );
  }

  attribute(name: string): Attribute | undefined {
    return this.node.attributes.get(name);
  }

  integer(name: string, otherwise: number): number {
    return this.attribute(name)?.i ?? otherwise;
  }

  number(name: string, otherwise: number): number {
    return this.attribute(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.attribute(name)?.s ?? otherwise;
  }

  integers(name: string): readonly number[] | undefined {
    return this.attribute(name)?.ints;
  }

  /** A list that is an attribute in old versions and an input in new ones. */
  list(attribute: string, input: number): readonly number[] | undefined {
    const list = this.integers(attribute) ?? (this.values[input] ? this.constant(input).values : undefined);
    if (list && list.length > longestList) this.fail(`at most ${longestList} ${attribute}`, `${list.length}`);
    return list && [...list];
  }

  /** Notes that so many numbers are about to be computed. @throws InputError if all nodes together compute too many */
  compute(count: number, shape: Shape): void {
    const { computed } = this.context;
    const long = shape.some((length) => length > mostComputed); // beside a size of 0 it would count for nothing
    if (long || !(count >= 0 && computed.count + count <= mostComputed)) {
      this.fail(`at most ${mostComputed} constant numbers in all`, `the shape ${this.written(shape)}`);
    }
    computed.count += count;
  }

  constant(index: number): Constant {
    const value = this.values[index];
    if (value?.kind === "constant") return value;
    return this.fail(`fixed numbers as input ${index}`, value ? "numbers that are computed" : "nothing");
  }

  optionalConstant(index: number): Constant | undefined {
    return this.values[index] ? this.constant(index) : undefined;
  }

  feature(index = 0): Feature {
    const value = this.values[index];
    if (value?.kind === "feature") return value;
    const got = value ? (value.kind === "constant" ? "fixed numbers" : "a length") : "nothing";
    return this.fail(`what depends on the network's input as input ${index}`, got);
  }

  /**
   * The feature with a node that holds exactly the values that the file sees, [B, C, H, W] in the order of `axes`.
   */
  image(feature = this.feature(), axes: Axes = "BCHW"): Feature {
    const { shape } = feature;
    if (shape.length !== 4) this.fail("an image [B, C, H, W]", this.written(shape));
    if (!isReshaped(feature)) {
      return feature.axes === axes ? feature : this.fail(`axes in the order ${axes}`, feature.axes);
    }
    const order = this.#order(feature);
    if (order !== "any" && order !== (axes === "BCHW" ? "channelsFirst" : "channelsLast")) {
      this.fail("numbers in the order in which they are used", "an order that would need a transposition");
    }
    const [, first, second, third] = shape as readonly [number, number, number, number];
    const item = axes === "BCHW" ? [second, third, first] : [first, second, third];
    const given = axes === "BCHW" ? "channelsFirst" : "channelsLast";
    return this.add({ kind: "reshape", shape: item, order: given }, [feature], axes);
  }

  /** The feature with a node that holds exactly the values that the file sees, [B, C]. */
  vector(feature = this.feature()): Feature {
    const { shape } = feature;
    if (shape.length !== 2) this.fail("a vector [B, C]", this.written(shape));
    if (!isReshaped(feature)) return feature;
    const order = this.#order(feature);
    return this.add({ kind: "flatten", order: order === "any" ? "channelsLast" : order }, [feature]);
  }

  /** An image, in whichever order its axes lie, or a vector. */
  settled(feature = this.feature(), axes?: Axes): Feature {
    if (!isReshaped(feature) && (!axes || feature.axes === axes)) return feature;
    if (feature.shape.length !== 4 && feature.shape.length !== 2) {
      this.fail("images [B, C, H, W] or vectors [B, C]", this.written(feature.shape));
    }
    return feature.shape.length === 4 ? this.image(feature, axes) : this.vector(feature);
  }

  /** Adds a node. @param axes the axes of its value and of all values that it reads */
  add(
    layer: Layer,
    inputs: readonly Feature[],
    axes?: Axes,
    parts?: Parts,
    name = this.layerName(),
  ): Feature {
    const reads = inputs.map(({ node }) => node);
    const node = this.network.add(name, layer, reads, parts);
    this.context.nodeMakers.set(node, this.node);
    const ours = this.network.shape(node);
    const given = ours.length === 2 ? "BC" : (axes ?? inputs[0].axes);
    const sizes = inOrder(ours, given);
    if (size(ours.slice(1)) > most) this.fail(`at most ${most} numbers an item`, this.written(sizes));
    return { kind: "feature", node, axes: given, sizes, shape: sizes };
  }

  /**
   * Adds a node that computes each number from that number alone, so the file's view of the value does not matter.
   */
  pointwise(layer: Layer, x = this.feature()): Feature {
    const { shape } = x;
    return { ...this.add(layer, [x]), shape };
  }

  /** Whether only this operator reads the node of an input, so that it may become part of that node. */
  ownsInput(index: number): boolean {
    const value = this.node.inputs[index];
    const { reads, makers, nodeMakers } = this.context;
    return reads.get(value) === 1 && makers.get(value) === nodeMakers.get(this.feature(index).node);
  }

  /** The name of a layer: that of its weights, as the file's author chose it, or else that of the node. */
  layerName(): string {
    const { name, opType, inputs } = this.node;
    const weights = inputs.find((input) => /[a-z].*\.(weight|scale|slope)$/i.test(input));
    const chosen = weights?.replace(/\.(weight|scale|slope)$/, "") ?? (name || opType);
    return chosen.replace(/^\/+/, "").replaceAll("/", ".");
  }

  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(counted) || counted < 0 || counted >= rank) {
      this.fail(`an axis among ${rank}`, `${axis}`);
    }
    return counted;
  }

  /** A shape as text, with the batch by its name. */
  written(shape: Shape): string {
    return `[${shape.map((length) => (length === openBatch ? "B" : length)).join(", ")}]`;
  }

  #order({ axes, sizes }: Feature): "channelsFirst" | "channelsLast" | "any" {
    if (sizes.length === 2 || size(sizes.filter((_, i) => "HW".includes(axes[i]))) === 1) return "any";
    if (axes === "BCHW") return "channelsFirst";
    return axes === "BHWC" ? "channelsLast" : this.fail("axes in the order BCHW or BHWC", axes);
  }
}
