import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { noise } from "../run/run-program.js";
import { html } from "./html.js";
import { writeReport } from "./report.js";
import { fitPictures, mapPictures, relitPictures } from "./report-pictures.js";

const metrics = { l1: 0.05, psnr: 22.5, ssim: 0.61 };
const summary = {
  photo: "photos/a <b> & c.png",
  engine: "wasm",
  threads: 1,
  prior: "fit",
  model: "embedded",
  settings: { size: 224, uv: 256, steps: 60, seed: 1 },
  landmarkError: 1.2,
  rmsIdentity: 0.6,
  maskShare: 0.92,
  metrics: { coarse: metrics, coarseGeometricMask: { ...metrics, psnr: null } },
  versions: { rerenderable: "0.1.0", tfjs: "4.22.0", node: "20" },
  warnings: ["The face is turned by 50°: its far side is a guess."],
  seconds: { detection: 1.5, total: 1.5 },
  peakMemoryMb: 500,
  files: ["face.glb", "face.obj", "summary.json"],
};

describe("experiments/report/report", () => {
  let results: string;
  let page: string;
  before(async () => {
    results = await mkdtemp(path.join(tmpdir(), "report-"));
    const reconstruction = path.join(results, "reconstructions", "a b");
    await mkdir(reconstruction, { recursive: true });
    await writeFile(path.join(reconstruction, "summary.json"), JSON.stringify(summary));
    for (const { file } of [...fitPictures, ...mapPictures, ...relitPictures]) {
      await writeFile(path.join(reconstruction, file), noise(8, 8));
    }
    const kept = path.join(results, "published", "table-3", "synthetic");
    await mkdir(kept, { recursive: true });
    const rows = [{ method: "ours, R(A′, L′)", psnr: 32.5 }];
    const printed = [{ method: "as [9]", l1: null, psnr: 26.5 }];
    await writeFile(path.join(kept, "summary.json"), JSON.stringify({ faces: 40, rows, printed }));
    await writeFile(path.join(kept, "figure-8.png"), noise(8, 8));
    const notebooks = [{ name: "01-light", file: path.join(results, "notebooks", "01-light.html") }];
    page = await readFile(await writeReport({ results, reconstruction, notebooks }), "utf8");
  });
  after(() => rm(results, { recursive: true }));

  it("holds every picture inside itself, each with words for who cannot see it", () => {
    const images = page.match(/<img [^>]*>/g)!;
    assert.equal(images.length, fitPictures.length + mapPictures.length + relitPictures.length);
    for (const image of images) assert.match(image, /src="data:image\/png;base64,[^"]+" alt="[^"]{10,}"/);
    assert.doesNotMatch(page, /<(script|link)|src="http/);
  });

  it("shows names as they are, numbers, warnings, and what JSON could not hold as n/a", () => {
    assert.match(page, /<h1>a &lt;b&gt; &amp; c\.png, reconstructed<\/h1>/);
    assert.match(page, /22\.50 dB/);
    assert.match(page, /n\/a dB|n\/a/);
    assert.match(page, /turned by 50°/);
    assert.match(page, /stand-in/);
  });

  it("links to files that are there, from where it stands", () => {
    assert.match(page, /href="reconstructions\/a%20b\/face\.glb"/);
    assert.match(page, /href="notebooks\/01-light\.html"/);
    assert.doesNotMatch(page, /href="[^"]*light\.safetensors"/);
  });

  it("has the tables of kept experiments, and leaves out those that there are not", () => {
    assert.match(
      page,
      /the kept run on 40<\/caption>\s*<tr><th class="">method<\/th><th class="number">psnr/,
    );
    assert.match(page, /<td class="">as \[9\]<\/td><td class=""><\/td><td class="number">26\.5<\/td>/);
    assert.match(page, /href="published\/table-3\/synthetic\/figure-8\.png"/);
    assert.doesNotMatch(page, /computed now|bench with truth/);
  });

  it("escapes values and keeps markup", () => {
    assert.equal(html`<i>${"<&>"}</i>${[html`<b>${1}</b>`, "x"]}`.html, "<i>&lt;&amp;&gt;</i><b>1</b>x");
  });
});
