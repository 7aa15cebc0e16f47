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
import { countBands } from "rerenderable/graphics";

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

type Rule = (sample: DetailSample) => Promise<InspectedFace>;

const split =
  (options: SplitOptions): Rule =>
  (sample) =>
    inspectSplit(sample, options);

/**
 * The rules that split the photo's unexplained detail without looking at it, by the names that `--set weights` takes.
 * What a network is worth is what it gains over them. `none` is the first guess that `quick` starts from, a filter that gives
 * the albedo half of what is fine; `full-share` is the same filter with all of it, `constant-share` with a wider one.
 * `all-detail` gives the albedo everything but what is wider than 16 texels of 256: nothing keeps more of the person under
 * another's light, and nothing leaves more of the light in the albedo.
 */
const rules = {
  none: split({}),
  "full-share": split({ share: 1 }),
  "constant-share": split({ share: 1, reach: 1 / 8, edge: 0.03 }),
  "all-detail": inspectAllDetail,
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;
const isRule = (name: string): name is RuleName => Object.hasOwn(rules, name);

/** @param uvSize of the maps if there are no weights */
export async function openTestedRefiner(weights: string, uvSize: number): Promise<TestedRefiner> {
  if (isRule(weights)) {
    return {
      name: weights,
      uvSize,
      inspect: rules[weights],
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

/** Draws a face whose albedo takes all bands of the unexplained detail but the coarsest, which the light takes. */
function inspectAllDetail(sample: DetailSample): Promise<InspectedFace> {
  const { uvSize } = sample;
  const decisions = countBands(uvSize);
  const map = (channels: number, value: (channel: number) => number) => ({
    shape: [1, uvSize, uvSize, channels],
    values: Float32Array.from({ length: uvSize * uvSize * channels }, (_, i) => value(i % channels)),
  });
  // Logits of albedo, light and neither, so far apart that nothing is left for the other two.
  const sure = (channel: number) => {
    const taker = Math.floor(channel / 3) === decisions - 1 ? 1 : 0;
    return channel % 3 === taker ? 20 : -20;
  };
  const outputs = { shares: map(3 * decisions, sure), albedo: map(3, () => 0), light: map(27, () => 0) };
  return inspectOutputs(outputs, sample, "bands");
}
