import assert from "node:assert/strict";
import sharp from "sharp";
import { figureToPng, type PlotlyFigure, showFigure } from "./index.js";

const line: PlotlyFigure = {
  data: [
    { x: [0, 1, 2], y: [1, 3, 2], type: "scatter", mode: "lines", line: { color: "#ff0000", width: 6 } },
  ],
  layout: { title: { text: "A title" }, showlegend: false },
};

/** How many pixels of a PNG satisfy `test`, as a fraction. */
async function share(png: Buffer, test: (r: number, g: number, b: number) => boolean): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let i = 0; i < data.length; i += 3) if (test(data[i], data[i + 1], data[i + 2])) count++;
  return count / (info.width * info.height);
}

const red = (r: number, g: number, b: number) => r > 200 && g < 80 && b < 80;

describe("figureToPng", () => {
  it("draws lines and text on white, at the size and scale asked for", async () => {
    const png = await figureToPng(line, { width: 300, height: 200, scale: 1 });
    const { format, width, height } = await sharp(png).metadata();
    assert.deepEqual([format, width, height], ["png", 300, 200]);
    const reds = await share(png, red);
    assert.ok(reds > 0.01 && reds < 0.1, `${reds} of the picture is the line`);
    const white = await share(png, (r, g, b) => r > 250 && g > 250 && b > 250);
    assert.ok(white > 0.7, `${white} of the picture is white`);
    const untitled = await figureToPng(
      { ...line, layout: { showlegend: false, margin: { t: 56 } } },
      { width: 300, height: 200, scale: 1 },
    );
    const dark = (r: number, g: number, b: number) => r < 150 && g < 150 && b < 150;
    assert.ok((await share(png, dark)) > (await share(untitled, dark)), "the title is drawn");
  });

  it("draws heatmaps, which need a canvas", async () => {
    const heatmap: PlotlyFigure = {
      data: [
        {
          type: "heatmap",
          z: [[1, 1]],
          showscale: false,
          colorscale: [
            [0, "#ff0000"],
            [1, "#ff0000"],
          ],
        },
      ],
    };
    const png = await figureToPng(heatmap, { width: 200, height: 150, scale: 1 });
    assert.ok((await share(png, red)) > 0.15);
  });

  it("is twice as dense as the layout by default, and leaves the figure as it was", async () => {
    const before = structuredClone(line);
    const { width, height } = await sharp(await figureToPng(line)).metadata();
    assert.deepEqual([width, height], [1400, 840]);
    assert.deepEqual(line, before);
  });

  it("says which figures need a browser", async () => {
    await assert.rejects(figureToPng({ data: [{ type: "mesh3d" }] }), /in 2D, .* has traces mesh3d/);
  });
});

describe("showFigure", () => {
  it("makes a bundle of plotly's JSON and a PNG with alternative text", async () => {
    const bundle = await showFigure(
      { data: [{ y: new Float32Array([0.5, 2]) }], layout: { width: 200, height: 100 } },
      "It rises.",
      { scale: 1 },
    );
    const json = bundle.data["application/vnd.plotly.v1+json"] as PlotlyFigure;
    assert.deepEqual(json.data, [{ y: [0.5, 2] }]);
    assert.equal(json.layout?.width, 200);
    assert.equal(bundle.data["text/plain"], "[figure: It rises.]");
    assert.deepEqual(bundle.metadata, { "image/png": { alt: "It rises.", width: 200, height: 100 } });
    const { width } = await sharp(Buffer.from(String(bundle.data["image/png"]), "base64")).metadata();
    assert.equal(width, 200);
  });

  it("has the picture that was handed in for a figure in 3D, or none", async () => {
    const mesh: PlotlyFigure = { data: [{ type: "mesh3d", x: [0], y: [0], z: [0] }] };
    assert.ok(!("image/png" in (await showFigure(mesh, "A mesh.")).data));
    const png = Buffer.from("picture");
    assert.equal((await showFigure(mesh, "A mesh.", { png })).data["image/png"], png.toString("base64"));
  });

  it("asks for alternative text", async () => {
    await assert.rejects(showFigure(line, ""), /showFigure: `alt` should say/);
  });
});
