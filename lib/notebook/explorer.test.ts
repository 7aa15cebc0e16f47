import assert from "node:assert/strict";
import { showExplorer } from "./index.js";

describe("notebook/explorer", () => {
  it("frames the page of the explorer on this machine, under a title", () => {
    const { data } = showExplorer({ port: 9000, height: 500 });
    const html = String(data["text/html"]);
    assert.match(
      html,
      /^<iframe src="http:\/\/127\.0\.0\.1:9000\/" title="Explorer" width="100%" height="500"/,
    );
    assert.match(String(data["text/plain"]), /127\.0\.0\.1:9000/);
    assert.match(String(showExplorer().data["text/html"]), /127\.0\.0\.1:8420/);
  });

  it("refuses what is no port or height", () => {
    assert.throws(() => showExplorer({ port: 0 }), /showExplorer: `port` should be .* but is 0/);
    assert.throws(() => showExplorer({ height: 1.5 }), /`height`/);
  });
});
