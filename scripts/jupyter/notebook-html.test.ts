import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { notebookPage } = require("./notebook-html.cjs");

const PLOTLY = "application/vnd.plotly.v1+json";
const figure = { data: [{ y: [1, 2], name: "</script>" }], layout: {} };

const code = (outputs: object[], source = "f();") => ({ cell_type: "code", metadata: {}, outputs, source });
const markdown = (source: string) => ({ cell_type: "markdown", metadata: {}, source });
const shown = (data: object, metadata: object = {}) => ({ output_type: "display_data", data, metadata });
const page = (...cells: object[]): Promise<string> => notebookPage({ cells }, "01-name");

/** plotly.js says its version and licence once, at its start. */
const embedded = (html: string) => html.split("plotly.js v").length - 1;

describe("the HTML page of a notebook", () => {
  it("embeds plotly once, however many figures there are", async () => {
    const one = shown({ [PLOTLY]: figure, "text/plain": "a figure" });
    const html = await page(code([one]), code([one, one]));
    assert.equal(embedded(html), 1);
    assert.equal(html.match(/data-figure="/g)?.length, 3);
    assert.match(html, /role="img" aria-label="a figure"/);
  });

  it("does not embed plotly without a figure, and names no other file", async () => {
    const html = await page(markdown("# Title"), code([shown({ "text/plain": "1" })]));
    assert.equal(embedded(html), 0);
    assert.doesNotMatch(html, /<script|<link|src="http|url\(/);
    assert.match(html, /<title>Title<\/title>/);
    assert.match(html, /name="viewport"/);
    assert.match(html, /prefers-color-scheme: dark/);
  });

  it("keeps what is in a figure from ending its script", async () => {
    const html = await page(code([shown({ [PLOTLY]: figure })]));
    assert.ok(html.includes('"name":"\\u003c/script>"'));
  });

  it("gives images alternative text from their metadata, or else their plain text", async () => {
    const png = { "image/png": "AAAA", "text/plain": "[images: x]" };
    const html = await page(
      code([shown(png, { "image/png": { alt: 'Albedo "A"', width: 300 } }), shown(png)]),
    );
    assert.match(html, /<img src="data:image\/png;base64,AAAA" alt="Albedo &quot;A&quot;" width="300"/);
    assert.match(html, /alt="\[images: x\]"/);
  });

  it("escapes code and text, drops terminal colours, keeps errors", async () => {
    const error = {
      output_type: "error",
      ename: "E",
      evalue: "",
      traceback: ["\u001b[31mE: a < b\u001b[0m"],
    };
    const stream = { output_type: "stream", name: "stdout", text: ["<b>\n"] };
    const html = await page(code([stream, error], 'const a: Set<string> = "<"; // <i>'));
    assert.match(html, /<pre class="stdout">&lt;b&gt;/);
    assert.match(html, /<pre class="error">E: a &lt; b<\/pre>/);
    assert.match(html, /<span class="keyword">const<\/span> a: Set&lt;string&gt;/);
    assert.match(html, /<span class="string">&quot;&lt;&quot;<\/span>/);
    assert.match(html, /<span class="comment">\/\/ &lt;i&gt;<\/span>/);
  });

  it("shows formulas, and prices as prices", async () => {
    const html = await page(markdown("$a_1 * b_2$ costs $5 or $6, `$x$`.\n\n$$\n\\frac{1}{2}\n$$\n"));
    assert.equal(html.match(/<math/g)?.length, 2);
    assert.match(html, /costs \$5 or \$6/);
    assert.match(html, /<code>\$x\$<\/code>/);
    assert.match(html, /<mfrac><mn>1<\/mn>/);
  });

  it("shows the source of a formula that it cannot set, or that is not finished", async () => {
    for (const tex of ["\\unheard{x}", "\\frac{1", "{a", "\\left( a", "x_"]) {
      const html = await page(markdown(`$${tex}$`));
      assert.ok(html.includes(`<code class="tex">${tex}</code>`) && !html.includes("<math"), tex);
    }
  });

  it("sets the formulas of the paper, with the numbers of equations", async () => {
    const formulas = [
      "\\mathbf{S} = \\bar{\\mathbf{S}} + \\mathbf{B}_{id}\\boldsymbol{\\alpha} + \\mathbf{B}_{exp}\\boldsymbol{\\beta}",
      "\\mathcal{L}_{per} = 1 - \\frac{\\langle f(I), f(I_R) \\rangle}{\\lVert f(I) \\rVert_2 \\, \\lVert f(I_R) \\rVert_2}",
      "R(A, L) = A \\odot \\sum_{b=1}^{B^2} \\gamma_b \\Phi_b(\\mathbf{n}) \\tag{3}",
      "\\min_{G} \\max_{D} \\mathbb{E}_{x}\\left[ \\log D(x) \\right]",
      "\\left\\| \\nabla A' - \\nabla \\hat{T} \\right\\|_1, \\quad x \\in \\{0, 1\\}",
      "\\begin{cases} 1 & \\text{inside} \\\\ 0 & \\text{else} \\end{cases}",
      "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}",
    ];
    const html = await page(...formulas.map((tex) => markdown(`$$\n${tex}\n$$`)));
    assert.equal(html.match(/<math/g)?.length, formulas.length);
    assert.equal(html.includes('class="tex"'), false);
    assert.match(html, /\(3\)/);
    // %23 is "#": a picture that is written out in the style refers to a part of itself.
    assert.doesNotMatch(html, /<link|src="http|url\((?!["']?data:|%23)/);
  });
});
