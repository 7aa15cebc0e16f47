/** How much what is taken for one face's albedo changes with the light: 0 where albedo and light are told apart. */
import type { DetailSample, InspectedFace } from "rerenderable";

/**
 * The deviation over pictures of the same face at each skin texel that most of them show, as a root mean square over
 * texels and colours, encoded sRGB. Each map's mean is brought to their common mean before: brightness is not known.
 */
export function albedoSpread(
  faces: readonly { readonly sample: DetailSample; readonly face: InspectedFace }[],
  skin: Float32Array,
): { readonly texture: number; readonly prior: number; readonly detailed: number } {
  const seen = faces.map(({ sample }) => sample.seen);
  const texels = Array.from(skin.keys()).filter(
    (t) => skin[t] === 1 && seen.filter((map) => map[t] === 1).length > faces.length / 2,
  );
  const of = (name: "texture" | "prior" | "detailed") =>
    spread(
      faces.map(({ face }) => face.maps[name].data),
      seen,
      texels,
    );
  return { texture: of("texture"), prior: of("prior"), detailed: of("detailed") };
}

function spread(
  maps: readonly Float32Array[],
  seen: readonly Uint8Array[],
  texels: readonly number[],
): number {
  const shown = maps.map((_, m) => texels.filter((t) => seen[m]![t] === 1));
  const means = maps.map((map, m) =>
    average(shown[m]!.flatMap((t) => [0, 1, 2].map((c) => map[3 * t + c]!))),
  );
  const common = average(means);
  const variances = texels.flatMap((t) =>
    [0, 1, 2].map((c) => {
      const values = maps.flatMap((map, m) =>
        seen[m]![t] === 1 ? [(map[3 * t + c]! * common) / means[m]!] : [],
      );
      const mean = average(values);
      return average(values.map((value) => (value - mean) ** 2));
    }),
  );
  return Math.sqrt(average(variances));
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
