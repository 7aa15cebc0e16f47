import assert from "node:assert/strict";
import { tableCsv } from "./table-csv.js";

describe("experiments: tables as text", () => {
  it("keeps each cell in its column, whatever stands in it", () => {
    const rows = [
      { method: "ours, R(A′, L′)", psnr: 32.5, judge: 'a "good" one' },
      { method: "as [9]", psnr: 26.5, judge: undefined },
    ];
    assert.equal(
      tableCsv(rows).trim(),
      'method,psnr,judge\n"ours, R(A′, L′)",32.5,"a ""good"" one"\nas [9],26.5,',
    );
  });
});
