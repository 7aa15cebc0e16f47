// %% [markdown]
// # A demonstration of *cells*
//
// Prose with `code`, a [link](https://example.org), $I_R = R(\mathbf{S}, \hat{A}', L_{uv})$ and costs of $5 or $6.
//
// $$
// \mathcal{L}_{id} = 1 - \frac{\langle f(I), f(I_R) \rangle}{\lVert f(I) \rVert \, \lVert f(I_R) \rVert}
// + \sum_{i=1}^{N} w_i \left( \alpha_i - \bar{\alpha} \right)^2
// $$
//
// | symbol | name |
// |---|---|
// | $A'$ | `detailedAlbedo` |

// %%
import * as dfd from "danfojs-node";
import { showFigure, showImages, showProgress, showTable } from "rerenderable/notebook";

const ramp = (width: number, height: number, blue: number) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    return [x / width, y / height, blue][i % 3]!;
  }),
});
await showImages([
  { image: ramp(224, 224, 0), caption: "Photo" },
  { image: ramp(224, 224, 0.5), caption: "Detailed albedo A′ under the coarse light L" },
  { image: ramp(112, 224, 1), caption: "Tall <one> & more" },
]);

// %%
const df = new dfd.DataFrame([
  { method: "ours", l1: 0.0231, psnr: 29.4123, faces: 100 },
  { method: "3DDFA", l1: 0.1, psnr: 25, faces: 70 },
]);
showTable(df, { caption: "A table" });

// %%
await showFigure(
  {
    data: [
      { x: [1, 2, 3, 4], y: [2, 1, 4, 3], type: "scatter", name: "training loss" },
      { x: [1, 2, 3, 4], y: [3, 2.5, 4.4, 2], type: "bar", name: "validation <b>NME</b>" },
    ],
    layout: {
      title: { text: "Loss" },
      xaxis: { title: { text: "epoch" } },
      yaxis: { title: { text: "loss" } },
    },
  },
  "The loss falls, then rises.",
);

// %%
await showFigure(
  {
    data: [
      {
        z: [
          [1, 2, 3],
          [3, 2, 1],
        ],
        type: "heatmap",
      },
    ],
    layout: { width: 360, height: 300 },
  },
  "A heatmap.",
);

// %%
const bar = showProgress("Training", 50);
for (let i = 1; i <= 50; i++) {
  bar.update(i, `loss ${(1 / i).toFixed(3)}`);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
bar.done("loss 0.020");
process.stdout.write("step 1\rstep 2\rstep 3\n");
console.warn("a warning");
({ a: 1, b: [1, 2, 3] });

// %% tags=["raises-exception"]
throw new RangeError("as it should");
