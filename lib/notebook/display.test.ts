import assert from "node:assert/strict";
import { display, escapeHtml, type MimeBundle } from "./display.js";
import { showProgress, showTable } from "./index.js";

const hook = Symbol.for("rerenderable.display");
const shown = Symbol.for("rerenderable.shown");
const globals = globalThis as { [hook]?: unknown };

interface Call {
  readonly content: { data: Record<string, string>; transient: { display_id?: string } };
  readonly update: boolean;
}

/** What reaches the front end while `body` runs. */
function calls(body: () => void): Call[] {
  const seen: Call[] = [];
  globals[hook] = (content: Call["content"], update: boolean) => void seen.push({ content, update });
  try {
    body();
  } finally {
    delete globals[hook];
  }
  return seen;
}

describe("display", () => {
  const bundle: MimeBundle = { data: { "text/plain": "x" }, metadata: {} };

  it("returns the bundle and does nothing else outside a notebook", () => {
    assert.equal(display(bundle), bundle);
    assert.ok(!(shown in bundle));
  });

  it("hands the bundle over in a notebook, and marks it as shown", () => {
    let returned: MimeBundle | undefined;
    const seen = calls(() => {
      returned = display(bundle);
    });
    assert.deepEqual(seen, [{ content: { ...bundle, transient: {} }, update: false }]);
    assert.deepEqual(returned, bundle);
    assert.equal((returned as { [shown]?: boolean })[shown], true);
  });

  it("escapes what HTML reads as markup", () => {
    assert.equal(escapeHtml(`<a href="x">&`), "&lt;a href=&quot;x&quot;&gt;&amp;");
  });
});

describe("showProgress", () => {
  it("draws one display again in place, when the whole percentage or the note changes", () => {
    const seen = calls(() => {
      const progress = showProgress("Fitting <b>", 1000, () => 0);
      for (let step = 0; step <= 20; step++) progress.update(step);
      progress.update(20, "loss 0.1");
      progress.done("loss 0.01");
    });
    assert.deepEqual(
      seen.map(({ content }) => content.data["text/plain"]),
      ["0 %", "1 %", "2 %", "2 %, loss 0.1", "100 %, loss 0.01"].map((text) => `Fitting <b>: ${text}`),
    );
    assert.deepEqual(
      seen.map(({ update }) => update),
      [false, true, true, true, true],
    );
    assert.equal(new Set(seen.map(({ content }) => content.transient.display_id)).size, 1);
    assert.match(seen[1].content.data["text/html"], /value="1" aria-label="Fitting &lt;b&gt;"/);
  });

  it("tells how long it will still take, where that is seconds", () => {
    let clock = 0;
    const seen = calls(() => {
      const progress = showProgress("Fitting", 10, () => clock);
      clock = 5_000;
      progress.update(1);
      clock = 9_500;
      progress.update(9);
    });
    assert.deepEqual(
      seen.map(({ content }) => content.data["text/plain"]),
      ["Fitting: 0 %", "Fitting: 10 %, about 45 s left", "Fitting: 90 %"],
    );
  });

  it("says what is wrong with its total", () => {
    assert.throws(() => showProgress("x", 0), /showProgress: `total` should be above 0 but is 0/);
  });
});

describe("showTable", () => {
  const text = (source: Parameters<typeof showTable>[0]) => String(showTable(source).data["text/plain"]);

  it("gives the numbers of a column the same decimals, four digits for the largest", () => {
    const table = text([
      { method: "ours", psnr: 29.4123, l1: 0.0231, faces: 100 },
      { method: "coarse", psnr: 7, l1: 0.1, faces: 70000 },
    ]);
    assert.equal(
      table,
      [
        "method   psnr      l1  faces",
        "------  -----  ------  -----",
        "ours    29.41  0.0231    100",
        "coarse   7.00  0.1000  70000",
      ].join("\n"),
    );
  });

  it("formats one by one where a column spans many sizes, and shows what is missing or not finite", () => {
    const rows = [{ x: 1e-6 }, { x: 12.34567 }, { x: -0.5 }, { x: null }, { y: Number.NaN }];
    assert.deepEqual(
      text(rows)
        .split("\n")
        .slice(2)
        .map((line) => line.trim().split(/\s+/)),
      [
        ["1.00e-6", "–"],
        ["12.35", "–"],
        ["−0.5", "–"],
        ["–", "–"],
        ["–", "NaN"],
      ],
    );
  });

  it("escapes HTML and aligns numbers to the right", () => {
    const html = String(showTable([{ "<a>": "b & c", n: 1 }], { caption: "x < y" }).data["text/html"]);
    assert.match(html, /^<table><caption>x &lt; y<\/caption>/);
    assert.match(html, /<th>&lt;a&gt;<\/th><th align="right" style="text-align:right">n<\/th>/);
    assert.match(html, /<td>b &amp; c<\/td><td align="right"/);
  });

  it("takes a data frame, by its columns and values", async () => {
    const { DataFrame } = await import("danfojs-node");
    const rows = [{ a: 1, b: "x" }];
    assert.equal(text(new DataFrame(rows) as never), text(rows));
    assert.equal(text({ columns: ["a", "b"], values: [[1, "x"]] }), text(rows));
  });

  it("refuses anything else, and takes an empty list", () => {
    assert.throws(() => showTable(7 as never), /showTable: `source` should be a list of records/);
    assert.equal(text([]), "\n");
  });
});
