import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../../base/tensor/random.js";
import { describeOnEachEngine } from "../../../testing/each-engine.js";
import { sphereMesh } from "../../../testing/sphere-mesh.js";
import { edgeNeighbours, findEdgeNeighbours } from "./edge-neighbours.js";

describeOnEachEngine("edgeNeighbours", () => {
  it("gives the corner across each edge, below 0 at the border, whichever way triangles are wound", () => {
    // 0–1–2 and 2–1–3 share the edge 1–2: opposite corner 0 of the first, corner 2 of the second.
    assert.deepEqual([...findEdgeNeighbours([0, 1, 2, 2, 1, 3])], [5, -1, -1, -1, -1, 0]);
    assert.deepEqual([...findEdgeNeighbours([0, 1, 2, 1, 2, 3])], [5, -1, -1, -1, -1, 0]);
  });

  it("pairs every corner of a closed mesh with one that has the same edge and pairs back", () => {
    const triangles = sphereMesh(3).triangles.flat();
    const neighbours = findEdgeNeighbours(triangles);
    const edge = (corner: number) => {
      const start = corner - (corner % 3);
      return [triangles[start + ((corner + 1) % 3)], triangles[start + ((corner + 2) % 3)]].sort().join(" ");
    };
    neighbours.forEach((other, corner) => {
      assert.equal(neighbours[other], corner);
      assert.notEqual(other, corner);
      assert.equal(edge(other), edge(corner));
    });
  });

  it("takes an edge of three or more triangles for a border of each, and leaves out those that repeat a corner", () => {
    assert.ok(findEdgeNeighbours([0, 1, 2, 2, 1, 3, 1, 2, 4, 2, 1, 5]).every((corner) => corner < 0));
    // Between two triangles lies one that repeats a corner: they are neighbours.
    assert.deepEqual(
      [...findEdgeNeighbours([0, 1, 2, 1, 2, 2, 2, 1, 3])],
      [8, -1, -1, -1, -1, -1, -1, -1, 0],
    );
  });

  it("agrees with a plain search on random lists of few vertices, wrong numbers among them", () => {
    const random = createRandom(4);
    for (let trial = 0; trial < 50; trial++) {
      const triangles = Array.from({ length: 3 * 12 }, () => random.integer(9) - 1);
      const sides = triangles.map((own, corner) => {
        const start = corner - (corner % 3);
        const [a, b] = [1, 2].map((k) => triangles[start + ((corner + k) % 3)]);
        return a === b || a === own || b === own ? "" : [a, b].sort().join(" ");
      });
      const expected = sides.map((side, corner) => {
        const others = sides.flatMap((other, i) =>
          side !== "" && other === side && i !== corner ? [i] : [],
        );
        return others.length === 1 ? others[0] : -1;
      });
      assert.deepEqual(
        [...findEdgeNeighbours(triangles)].map((corner) => Math.max(corner, -1)),
        expected,
      );
    }
  });

  it("works a tensor's edges out once, and a variable's again after it was assigned to", () => {
    tf.tidy(() => {
      const triangles = tf.tensor2d([0, 1, 2, 2, 1, 3], [2, 3], "int32");
      const neighbours = edgeNeighbours(triangles);
      assert.equal(edgeNeighbours(triangles), neighbours);
      const variable = tf.variable(triangles, false) as tf.Variable<tf.Rank.R2>;
      assert.equal(edgeNeighbours(variable), neighbours);
      variable.assign(tf.tensor2d([0, 1, 2, 4, 5, 6], [2, 3], "int32"));
      assert.ok(edgeNeighbours(variable).every((corner) => corner < 0));
      variable.dispose();
    });
  });
});
