/**
 * The graph network of Lin et al. [12] in small: Chebyshev convolutions (Defferrard et al. 2016) over the vertices of a
 * mesh, from the coarse albedo and what the photo shows at each to a finer albedo, told who it is by the photo's face
 * embedding. Theirs has one network for each of the two and joins them; here the embedding is added to the first layer.
 */
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { conv } from "../../networks/layers.js";
import type { DetailSample } from "../detail/detail-sample.js";

export interface VertexRefinerOptions {
  /** M. */
  readonly vertices: number;
  /** Of the embedding. */
  readonly dimension: number;
  readonly channels: number;
  readonly blocks: number;
  /** K: polynomials of degree 0 to K − 1, so that a convolution sees K − 1 edges far. */
  readonly order: number;
}

/** What a vertex is told: prior albedo, the photo beside the coarse picture, coarse shading, whether it is seen. */
export const vertexFeatures = 10;

/** Of the graph's scaled Laplacian, under which the network asks for it. */
export const laplacianName = "laplacian";

/**
 * Inputs "vertices" [B, 1, M, 10] and "embedding" [B, 1, 1, D]; output "difference" [B, 1, M, 3], what is added to the
 * prior albedo. Its last layer is "last.conv".
 */
export function vertexRefiner({
  vertices,
  dimension,
  channels,
  blocks,
  order,
}: VertexRefinerOptions): Network {
  return createNetwork("vertex refiner", (builder) => {
    const { add, input } = builder;
    const convolve = (name: string, x: string, filters: number) =>
      chebyshevConv(builder, name, x, { filters, order, vertices });
    const who = add(
      "embedding.length",
      { kind: "l2Normalise", epsilon: 1e-6 },
      input("embedding", [1, 1, dimension]),
    );
    const told = add("embedding.conv", conv({ filters: channels, kernel: 1, bias: false }), who);
    const first = convolve("first", input("vertices", [1, vertices, vertexFeatures]), channels);
    let x = add("first.activation", { kind: "relu" }, add("first.told", { kind: "add" }, first, told));
    for (let i = 0; i < blocks; i++) {
      const inner = add(`${i}.0.activation`, { kind: "relu" }, convolve(`${i}.0`, x, channels));
      x = add(`${i}.sum`, { kind: "add" }, x, convolve(`${i}.1`, inner, channels));
    }
    return { difference: convolve("last", x, 3) };
  });
}

/** `Σ_k T_k(L̃) x W_k` with `T_0 x = x`, `T_1 x = L̃ x`, `T_k x = 2 L̃ T_{k−1} x − T_{k−2} x`. */
export function chebyshevConv(
  { add }: NetworkBuilder,
  name: string,
  x: string,
  {
    filters,
    order,
    vertices,
  }: { readonly filters: number; readonly order: number; readonly vertices: number },
): string {
  const product = { kind: "sparseProduct", matrix: laplacianName, rows: vertices } as const;
  const scaled = (node: string, scale: number, from: string) =>
    add(node, { kind: "affine", scale: [scale], offset: [0] }, from);
  const terms = [x];
  for (let k = 1; k < order; k++) {
    const moved = add(`${name}.product${k}`, product, terms[k - 1]);
    if (k === 1) terms.push(moved);
    else {
      const twice = scaled(`${name}.twice${k}`, 2, moved);
      terms.push(
        add(`${name}.term${k}`, { kind: "add" }, twice, scaled(`${name}.less${k}`, -1, terms[k - 2])),
      );
    }
  }
  return add(
    `${name}.conv`,
    conv({ filters, kernel: 1 }),
    add(`${name}.terms`, { kind: "concat" }, ...terms),
  );
}

/**
 * What the network is told of a face, [M * 10]. Where the photo shows a vertex, how its colour differs from the coarse
 * picture's, else 0: no difference.
 * @param texels of the vertices, −1 for those that are not drawn
 */
export function vertexInputs(sample: DetailSample, texels: Int32Array): Float32Array {
  const { priorAlbedo, coarseShading, texture, seen } = sample;
  const out = new Float32Array(vertexFeatures * texels.length);
  for (let v = 0, o = 0; v < texels.length; v++, o += vertexFeatures) {
    const t = texels[v];
    if (t < 0) continue;
    for (let c = 0; c < 3; c++) {
      const [albedo, shading] = [priorAlbedo[3 * t + c], coarseShading[3 * t + c]];
      out[o + c] = albedo;
      out[o + 3 + c] = seen[t] === 1 ? texture[3 * t + c] / 255 - albedo * shading : 0;
      out[o + 6 + c] = shading;
    }
    out[o + 9] = seen[t];
  }
  return out;
}
