/**
 * A small version of the graph network of Lin et al. [12]: Chebyshev convolutions (Defferrard et al. 2016) over the
 * vertices of a mesh. From the coarse albedo, what the photo shows at each vertex and the photo's face embedding it
 * makes a finer albedo. Lin et al. join two networks, one for the vertices and one for the embedding; here the
 * embedding is added to the first layer.
 */
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { conv } from "../../networks/layers.js";
import type { DetailSample } from "../detail/detail-sample.js";

export interface VertexRefinerOptions {
  /** M. */
  readonly vertices: number;
  /** Dimension of the embedding. */
  readonly dimension: number;
  readonly channels: number;
  readonly blocks: number;
  /** K: polynomials of degree 0 to K − 1, so that a convolution sees K − 1 edges far. */
  readonly order: number;
}

/**
 * Numbers of the input for each vertex: prior albedo, difference of the photo from the coarse picture, coarse shading,
 * whether the vertex is seen.
 */
export const vertexFeatures = 10;

/** The name by which the network asks for the graph's scaled Laplacian. */
export const laplacianName = "laplacian";

/**
 * Inputs "vertices" [B, 1, M, 10] and "embedding" [B, 1, 1, D]; output "difference" [B, 1, M, 3], which is added to the
 * prior albedo. The last layer is "last.conv".
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
 * The network's input for a face, [M * 10]. The difference of photo and coarse picture is 0 for vertices that the photo
 * does not show.
 * @param texels of the vertices, −1 for vertices that are not drawn
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
