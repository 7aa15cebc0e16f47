import assert from "node:assert/strict";
import { showCurves } from "./index.js";

const hook = Symbol.for("rerenderable.display");
const globals = globalThis as { [hook]?: unknown };

interface Shown {
  readonly data: Record<string, { data: { name: string; y: (number | null)[] }[] } & string>;
  readonly transient: { display_id?: string };
}

describe("showCurves", () => {
  const seen: { content: Shown; update: boolean }[] = [];
  beforeEach(() => {
    seen.length = 0;
    globals[hook] = (content: Shown, update: boolean) => void seen.push({ content, update });
  });
  afterEach(() => {
    delete globals[hook];
  });

  it("draws at once, then no more often than it may, in one place, and at the end all there is", async () => {
    let clock = 0;
    const curves = showCurves("Losses", { seconds: 1, now: () => clock });
    for (let step = 1; step <= 10; step++) {
      await curves.add(step, { total: 1 / step });
      clock += 300;
    }
    assert.deepEqual(
      seen.map(({ update }) => update),
      [false, true, true],
    );
    await curves.done();
    assert.equal(new Set(seen.map(({ content }) => content.transient.display_id)).size, 1);
    const figure = seen.at(-1)!.content.data["application/vnd.plotly.v1+json"];
    assert.equal(figure.data[0].y.length, 10);
    assert.match(seen.at(-1)!.content.data["text/plain"], /Losses: at the end total 0\.100/);
  });

  it("draws the curves that are asked for, with gaps where a value is not finite", async () => {
    const curves = showCurves("Losses", { names: ["image"], seconds: 1e9 });
    await curves.add(1, { image: Number.NaN, total: 3 });
    await curves.add(2, { image: 2, total: 3 });
    await curves.done();
    const figure = seen.at(-1)!.content.data["application/vnd.plotly.v1+json"];
    assert.deepEqual(
      figure.data.map(({ name, y }) => [name, y]),
      [["image", [null, 2]]],
    );
  });
});
