import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { writeSite } = createRequire(import.meta.url)("./site.cjs");

const markdown = (source: string) => ({ cell_type: "markdown", metadata: {}, source });
const code = (...outputs: object[]) => ({ cell_type: "code", metadata: {}, source: "f();", outputs });
const shown = (data: object) => ({ output_type: "display_data", data, metadata: {} });
const figure = shown({
  "application/vnd.plotly.v1+json": { data: [], layout: {} },
  "text/plain": "a figure",
});
const viewer = shown({
  "text/html":
    '<div class="rr-mesh"></div><script data-shared="mesh-viewer">draw("face");</script><script>own();</script>',
});

describe("npm run site", () => {
  const folder = mkdtempSync(join(tmpdir(), "rerenderable-site-"));
  const out = join(folder, "site");
  after(() => rmSync(folder, { recursive: true, force: true }));

  const read = (file: string) => readFileSync(join(out, file), "utf8");
  before(async () => {
    const write = (name: string, ...cells: object[]) =>
      writeFileSync(join(folder, `${name}.ipynb`), JSON.stringify({ cells }));
    write(
      "01-one",
      markdown("# One <1>\n\nThe *first* page, `f`, $A$.\n\nNext, [two](02-two.ipynb)."),
      code(figure),
    );
    write("02-two", markdown("# Two"), code(viewer, viewer), code(figure));
    await writeSite(folder, out);
  });

  it("keeps what its pages share in files of its own, once, and names them by relative paths", () => {
    assert.deepEqual(readdirSync(join(out, "assets")).sort(), ["mesh-viewer.js", "plotly.js"]);
    assert.equal(read("assets/mesh-viewer.js"), 'draw("face");');
    const two = read("02-two.html");
    assert.equal(two.split("draw(").length - 1, 0);
    assert.equal(two.match(/<script src="assets\/mesh-viewer\.js">/g)?.length, 1);
    assert.equal(two.match(/<script src="assets\/plotly\.js">/g)?.length, 1);
    assert.equal(two.split("own();").length - 1, 2, "other scripts stay where they are");
    assert.doesNotMatch(read("01-one.html"), /mesh-viewer/);
    assert.doesNotMatch(two, /(src|href)="(https?:|file:|\/)/);
  });

  it("leads from page to page, and from one notebook to another's page", () => {
    assert.match(read("01-one.html"), /<a href="02-two\.html">two<\/a>/);
    assert.match(
      read("01-one.html"),
      /<a href="index\.html">Contents<\/a>.*<a href="02-two\.html">Two →<\/a>/,
    );
    assert.match(read("02-two.html"), /← One &lt;1&gt;/);
  });

  it("has a page of contents with what each notebook begins with", () => {
    const index = read("index.html");
    assert.match(
      index,
      /<h2><a href="01-one\.html">One &lt;1&gt;<\/a><\/h2><p>The <em>first<\/em> page, <code>f<\/code>, <math[^$]*<\/math>\.<\/p>/,
    );
    assert.match(index, /name="viewport"/);
  });

  it("refuses a folder without notebooks", async () => {
    await assert.rejects(writeSite(join(folder, "nothing"), out), /no executed notebook/);
  });

  it("says what it takes, and what it does not, in words", () => {
    const site = (...args: string[]) =>
      spawnSync(process.execPath, ["scripts/jupyter/site.cjs", ...args], { encoding: "utf8" });
    assert.match(site("--help").stdout, /^npm run site .*--folder DIR/s);
    const { status, stderr } = site("--outt", "x");
    assert.equal(status, 1);
    assert.match(stderr, /^site: Unknown option '--outt'.*\n$/);
  });
});
