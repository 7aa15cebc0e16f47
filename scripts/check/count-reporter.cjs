"use strict";
/**
 * Mocha's own spec reporter, which prints while tests run. After it come the two things that `npm test` needs: the
 * counts as JSON, in the file that the option `counts` names, and each skipped test. A test that skips must say why
 * in its title, before `this.skip()`: if another process runs it, only the title arrives here.
 */
const fs = require("node:fs");
const { reporters } = require("mocha");

module.exports = class CountReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped = [];
    runner.on("pass", () => {
      counts.passed++;
    });
    // Hooks fail here too: a suite whose `before` fails counts as one.
    runner.on("fail", () => {
      counts.failed++;
    });
    runner.on("pending", (test) => {
      counts.skipped++;
      skipped.push(`  ${test.fullTitle()}`);
    });
    runner.once("end", () => {
      if (skipped.length > 0) process.stdout.write(`Skipped:\n${skipped.join("\n")}\n\n`);
      fs.writeFileSync(options.reporterOptions.counts, JSON.stringify(counts));
    });
  }
};
