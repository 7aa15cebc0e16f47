import assert from "node:assert/strict";
import type { RgbImage } from "../base/image/rgb-image.js";
import { showComparison } from "./index.js";

const grey = (side: number): RgbImage => ({
  width: side,
  height: side,
  data: new Float32Array(3 * side * side).fill(0.5),
});

describe("showComparison", () => {
  it("holds both pictures, both captions and a slider that says what it does", async () => {
    const { data } = await showComparison(
      { image: grey(16), caption: "before <1>" },
      { image: grey(16), caption: "after" },
    );
    const html = String(data["text/html"]);
    assert.equal(html.match(/<img src="data:image\/jpeg;base64,/g)?.length, 2);
    assert.match(
      html,
      /type="range"[^>]*aria-label="from &quot;before &lt;1&gt;&quot; to &quot;after&quot;"/,
    );
    assert.equal(data["text/plain"], '[a slider from "before <1>" to "after"]');
  });

  it("refuses pictures of two sizes", async () => {
    const [a, b] = [16, 8].map((side) => ({ image: grey(side), caption: "" }));
    await assert.rejects(showComparison(a, b), /`after` should be 16 x 16 px as `before` but is 8 x 8/);
  });
});
