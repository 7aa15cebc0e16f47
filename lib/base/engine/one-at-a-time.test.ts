import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { oneAtATime } from "./one-at-a-time.js";

describe("oneAtATime", () => {
  it("runs work in the order of the calls, after the work before it has ended, even by an error", async () => {
    const inTurn = oneAtATime();
    const seen: string[] = [];
    const work = (name: string, milliseconds: number) => async () => {
      seen.push(`${name} starts`);
      await wait(milliseconds);
      seen.push(`${name} ends`);
      if (name === "second") throw new Error("fails");
      return name;
    };
    const [first, second, third] = [work("first", 4), work("second", 2), work("third", 0)].map(inTurn);
    await assert.rejects(second, /fails/);
    assert.deepEqual([await first, await third], ["first", "third"]);
    const inOrder = ["first", "second", "third"].flatMap((name) => [`${name} starts`, `${name} ends`]);
    assert.deepEqual(seen, inOrder);
  });
});
