/** The methods that Table 3 and the truth bench compare, by the names that `--set methods` takes. */
import {
  type DetailSample,
  InputError,
  type InspectedFace,
  type MorphableModel,
  type UvSpace,
} from "rerenderable";
import {
  coarsePrior,
  loadFittedTexture,
  loadRefinedVertices,
  loadRegressedFace,
  paintFace,
  type Rival,
  type RivalFace,
} from "rerenderable/face";
import { openTestedRefiner, type RuleName, type TestedRefiner } from "../evaluate-detail/tested-refiner.js";
import { ambient } from "./method-figures.js";

/** What all methods share. */
export interface MethodTools {
  readonly model: MorphableModel;
  readonly uvSpace: UvSpace;
  /** Skin of the flat map, [U * U]. */
  readonly skin: Float32Array;
  readonly rivals: RivalWeights;
  readonly refiner: Pick<TestedRefiner, "inspect">;
}

/** A file of weights for each rival that learns. */
export interface RivalWeights {
  /** Weights of [7], from `npm run experiment -- regressor-identity`. */
  readonly identityRegressor: string;
  /** Weights of [9], from `texture-gan`. */
  readonly textureGan: string;
  /** Weights of [12], from `vertex-refiner`. */
  readonly vertexRefiner: string;
}

export interface Method extends Pick<Rival, "albedoHoldsLight" | "reconstruct" | "dispose"> {
  readonly name: MethodName;
}

interface Kind {
  /** Its name in tables. */
  readonly label: string;
  open(tools: MethodTools): Promise<Omit<Method, "name">>;
}

const kinds = {
  constant: {
    label: "constant albedo",
    open: async ({ skin }) =>
      simple(false, (sample) => {
        const mean = meanColour(sample.priorAlbedo, skin);
        return [sample.priorAlbedo.map((_, i) => mean[i % 3]), sample.coefficients.light];
      }),
  },
  texture: {
    label: "pasted texture",
    open: async () =>
      simple(true, ({ texture, seen, priorAlbedo }) => [
        priorAlbedo.map((prior, i) => (seen[Math.floor(i / 3)] === 1 ? texture[i] / 255 : prior)),
        ambient,
      ]),
  },
  coarse: { label: "R(A, L), as [6]", open: async () => coarsePrior },
  "identity-regressor": {
    label: "regressor by identity, as [7]",
    open: ({ model, uvSpace, rivals }) => loadRegressedFace(model, uvSpace, rivals.identityRegressor),
  },
  "texture-gan": {
    label: "texture GAN, as [9]",
    open: ({ rivals }) => loadFittedTexture(rivals.textureGan),
  },
  "vertex-refiner": {
    label: "graph network, as [12]",
    open: ({ model, uvSpace, rivals }) => loadRefinedVertices(model, uvSpace, rivals.vertexRefiner),
  },
  "first-guess": { label: "first guess alone", open: (tools) => byRule("none", tools) },
  "full-share": { label: "full share", open: (tools) => byRule("full-share", tools) },
  "constant-share": { label: "constant share", open: (tools) => byRule("constant-share", tools) },
  "all-detail": { label: "all detail", open: (tools) => byRule("all-detail", tools) },
  "ours-coarse-light": {
    label: "ours, R(A′, L)",
    open: async (tools) =>
      refined(tools, ({ pictures }, { coefficients }) => [coefficients.light, pictures.coarselyLit]),
  },
  ours: {
    label: "ours, R(A′, L′)",
    open: async (tools) => refined(tools, detailed),
  },
} as const satisfies Record<string, Kind>;

export type MethodName = keyof typeof kinds;
export const methodNames = Object.keys(kinds) as [MethodName, ...MethodName[]];
export const methodOf = (name: MethodName): Kind => kinds[name];

/** @throws InputError if the weights that a method needs are not there */
export async function openMethod(name: MethodName, tools: MethodTools): Promise<Method> {
  const opened = await methodOf(name)
    .open(tools)
    .catch((error: NodeJS.ErrnoException) => {
      const got = error.code === "ENOENT" ? `no file ${error.path}` : error.message;
      throw new InputError(`--set rivals, for ${name}`, "the weights of its training", got);
    });
  return { ...opened, name };
}

function simple(
  albedoHoldsLight: boolean,
  maps: (sample: DetailSample) => readonly [Float32Array, Float32Array],
): Omit<Method, "name"> {
  return {
    albedoHoldsLight,
    async reconstruct(sample) {
      const [albedo, light] = maps(sample);
      return { albedo, light, picture: await paintFace(sample.surface, sample.uvSize, albedo, light) };
    },
    dispose: async () => {},
  };
}

/** The last face is kept, because both of our methods are asked for it. */
const known = new WeakMap<MethodTools["refiner"], { sample: DetailSample; face: InspectedFace }>();

function refined(
  { refiner }: Pick<MethodTools, "refiner">,
  choose: (face: InspectedFace, sample: DetailSample) => readonly [Float32Array, RivalFace["picture"]],
): Omit<Method, "name"> {
  return {
    albedoHoldsLight: false,
    async reconstruct(sample) {
      const last = known.get(refiner);
      const face = last?.sample === sample ? last.face : await refiner.inspect(sample);
      known.set(refiner, { sample, face });
      const [light, picture] = choose(face, sample);
      return { albedo: face.maps.detailed.data, light, picture };
    },
    dispose: async () => {},
  };
}

const detailed = ({ pictures, lightMap }: InspectedFace) => [lightMap, pictures.detailed] as const;

/** What our refiner has to beat: the same split of the detail for every face (`tested-refiner.ts`). */
async function byRule(rule: RuleName, { uvSpace }: MethodTools): Promise<Omit<Method, "name">> {
  return refined({ refiner: await openTestedRefiner(rule, uvSpace.size) }, detailed);
}

function meanColour(map: Float32Array, skin: Float32Array): readonly number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < map.length; i++) {
    if (skin[Math.floor(i / 3)] === 0) continue;
    sums[i % 3] += map[i];
    count += 1 / 3;
  }
  return sums.map((sum) => sum / count);
}
