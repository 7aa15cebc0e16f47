/** The refiner that is evaluated: shipped, from a file, or a rule without a network. */
import {
  type DetailSample,
  InputError,
  type InspectedFace,
  inspectDetail,
  loadDetailRefiner,
  splitTexture,
} from "rerenderable";
import {
  type DetailRefiner,
  detailMaps,
  inspectOutputs,
  refinerFile,
  type SplitOptions,
} from "rerenderable/face";

export interface TestedRefiner {
  /** Name of the weights or of the rule, for summaries. */
  readonly name: string;
  /** Side of the flat maps that it takes and gives. */
  readonly uvSize: number;
  /** The network with its weights, which can learn further; a rule has none. */
  readonly trained?: DetailRefiner;
  /** Refines a face and draws it; one at a time. */
  inspect(sample: DetailSample): Promise<InspectedFace>;
  dispose(): Promise<void>;
}

/**
 * The rules that split the photo's unexplained detail without looking at it, by the names that `--set weights` takes.
 * What a network is worth is what it gains over them. `none` is the first guess that the shipped network starts from;
 * `constant-share` gives the albedo all detail. That keeps most of the person under another's light, and costs the most
 * error of the albedo.
 */
const rules: Readonly<Record<string, SplitOptions>> = {
  none: {},
  "constant-share": { share: 1, reach: 1 / 8, edge: 0.03 },
};

/** @param uvSize of the maps if there are no weights */
export async function openTestedRefiner(weights: string, uvSize: number): Promise<TestedRefiner> {
  if (Object.hasOwn(rules, weights)) {
    return {
      name: weights,
      uvSize,
      inspect: (sample) => inspectSplit(sample, rules[weights]),
      dispose: async () => {},
    };
  }
  const trained = await loadDetailRefiner(weights === "shipped" ? refinerFile : weights).catch(
    (error: NodeJS.ErrnoException) => {
      const got = error.code === "ENOENT" ? "no such file" : error.message;
      const expected = `shipped, ${Object.keys(rules).join(", ")}, or the file of a detail refiner`;
      throw new InputError("--set weights", expected, got);
    },
  );
  return {
    name: trained.name,
    uvSize: trained.uvSize,
    trained,
    inspect: (sample) => inspectDetail(trained.network, sample, trained.base),
    dispose: () => trained.dispose(),
  };
}

/** Draws a face whose texture is split by a rule alone. */
export function inspectSplit(sample: DetailSample, options: SplitOptions): Promise<InspectedFace> {
  const side = sample.uvSize;
  const texture = Float32Array.from(sample.texture, (byte) => byte / 255);
  const { albedo, gain } = splitTexture({ ...sample, texture }, options);
  const light = Float32Array.from(sample.coefficients.light);
  const map = (channels: number, value: number) => ({
    shape: [1, side, side, channels],
    values: new Float32Array(side * side * channels).fill(value),
  });
  // A network's outputs that leave the split as it is.
  const outputs = { albedo: map(3, 0.5), light: map(27, 0) };
  return inspectOutputs({ ...detailMaps(outputs, { albedo, light, gain }, "texture") }, sample, "direct");
}
