import assert from "node:assert/strict";
import { createRandom, logarithm } from "./random.js";

const take = (count: number, next: () => number) => Array.from({ length: count }, next);

describe("createRandom", () => {
  it("gives the numbers of its seed, today and always", () => {
    const random = createRandom(7);
    assert.deepEqual(
      take(3, () => random.integer(1000)),
      [597, 516, 45],
    );
    assert.deepEqual(
      [...random.normalArray(3)],
      [-0.43140995502471924, 1.4174472093582153, -2.1545469760894775],
    );
  });

  it("gives other numbers for another seed", () => {
    const [one, other] = [createRandom(1), createRandom(2)];
    assert.notDeepEqual(
      take(4, () => one.uniform()),
      take(4, () => other.uniform()),
    );
  });

  it("gives uniform numbers in [0, 1) of mean 1/2 and variance 1/12, exact in single precision", () => {
    const random = createRandom(3);
    const values = take(20000, () => random.uniform());
    assert.ok(values.every((value) => value >= 0 && value < 1 && Math.fround(value) === value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(mean - 1 / 2) < 0.01 && Math.abs(variance - 1 / 12) < 0.003);
  });

  it("gives normal numbers with the moments 0, 1, 0, 3", () => {
    const values = [...createRandom(4).normalArray(50000)];
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    for (const [power, expected, tolerance] of [
      [1, 0, 0.02],
      [2, 1, 0.03],
      [3, 0, 0.06],
      [4, 3, 0.2],
    ] as const) {
      assert.ok(Math.abs(moment(power) - expected) < tolerance, `moment ${power} is ${moment(power)}`);
    }
  });

  it("gives each whole number below n about equally often", () => {
    const random = createRandom(5);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10000; i++) counts[random.integer(5)] += 1;
    assert.ok(
      counts.every((count) => Math.abs(count - 2000) < 200),
      `${counts}`,
    );
    assert.equal(random.integer(1), 0);
    assert.throws(() => random.integer(0), {
      message: /`n` should be a whole number from 1 to 2\^32 but is 0/,
    });
  });

  it("goes on after restore as it went on before, also in the middle of a pair of normal numbers", () => {
    const random = createRandom(6);
    random.normal();
    const state = JSON.parse(JSON.stringify(random.state));
    const next = [random.normal(), random.normal(), random.uniform()];
    const later = createRandom(99);
    later.restore(state);
    assert.deepEqual([later.normal(), later.normal(), later.uniform()], next);
  });

  it("forks streams by name that depend on seed and name alone", () => {
    const [fresh, used] = [createRandom(8), createRandom(8)];
    used.normalArray(5);
    const [stream, again] = [fresh.fork("noise"), used.fork("noise")];
    const noise = take(4, () => stream.uniform());
    assert.deepEqual(
      take(4, () => again.uniform()),
      noise,
    );
    const names = [["shuffle"], ["noise", "noise"], ["a", "b"], ["ab"]];
    const first = names.map((path) => path.reduce((random, name) => random.fork(name), fresh).uniform());
    assert.equal(new Set([...first, noise[0], fresh.uniform()]).size, 6);
  });

  it("refuses a seed that is not a whole number", () => {
    assert.throws(() => createRandom(0.5), {
      message: "createRandom: `seed` should be a whole number but is 0.5.",
    });
    assert.throws(() => createRandom(Number.NaN), { message: /`seed` should be a whole number but is NaN/ });
  });
});

describe("logarithm", () => {
  it("agrees with Math.log to the last digits", () => {
    for (const x of [1e-300, 2 ** -64, 0.1, 0.5, Math.SQRT1_2, 0.999999, 1, 1.5, Math.SQRT2, 3, 1e10]) {
      assert.ok(
        Math.abs(logarithm(x) - Math.log(x)) <= 4e-16 * Math.max(1e-6, Math.abs(Math.log(x))),
        `${x}`,
      );
    }
  });
});
