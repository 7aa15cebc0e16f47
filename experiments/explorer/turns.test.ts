import assert from "node:assert/strict";
import { CrowdedError, createTurns } from "./turns.js";

/** Work that ends when it is told to. */
function work<T>(value: T) {
  let end = () => {};
  let begun = false;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    run: async () => {
      begun = true;
      await ended;
      return value;
    },
    end: () => end(),
    get begun() {
      return begun;
    },
  };
}

describe("experiments/explorer/turns", () => {
  it("runs one at a time, in order, and goes on after one that fails", async () => {
    const turns = createTurns();
    const [first, second] = [work(1), work(2)];
    const [one, two] = [turns.take(first.run), turns.take(second.run)];
    const failing = turns.take(async () => {
      throw new Error("no");
    });
    const last = turns.take(async () => 4);
    assert.deepEqual([first.begun, second.begun, turns.length], [true, false, 3]);
    first.end();
    assert.equal(await one, 1);
    second.end();
    assert.equal(await two, 2);
    await assert.rejects(failing, /no/);
    assert.equal(await last, 4);
    assert.equal(turns.length, 0);
  });

  it("lets the newest of a kind pass those that wait, and no other kind", async () => {
    const turns = createTurns();
    const running = work(0);
    const busy = turns.take(running.run);
    const ran: string[] = [];
    const ask = (kind: string, name: string) => turns.latest(kind, async () => ran.push(name));
    const all = [ask("light", "a"), ask("shape", "b"), ask("light", "c"), ask("light", "d")];
    running.end();
    await busy;
    assert.deepEqual(await Promise.all(all), [undefined, 1, undefined, 2]);
    assert.deepEqual(ran, ["b", "d"]);
  });

  it("lets others go between the parts of long work", async () => {
    const turns = createTurns();
    const order: string[] = [];
    const long = turns.take(async () => {
      order.push("first part");
      await turns.letOthers();
      order.push("second part");
    });
    await Promise.all([long, turns.take(async () => order.push("short"))]);
    assert.deepEqual(order, ["first part", "short", "second part"]);
  });

  it("refuses more than it can hold", async () => {
    const turns = createTurns(2);
    const running = work(0);
    const all = [turns.take(running.run), turns.take(async () => {}), turns.take(async () => {})];
    await assert.rejects(
      turns.take(async () => {}),
      CrowdedError,
    );
    running.end();
    await Promise.all(all);
  });
});
