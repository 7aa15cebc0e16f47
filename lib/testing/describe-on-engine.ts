/** For tests: a suite on an engine that the machine may lack. */
import type { EngineName } from "../base/engine/engine-names.js";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { whyAbsent } from "../base/engine/present-engine.js";

/**
 * Makes a suite for an engine. If the machine does not have the engine, there is one skipped test, which says why.
 */
export async function describeOnEngine(engine: EngineName, title: string, suite: () => void): Promise<void> {
  const absence = await whyAbsent(engine);
  describe(title, () => {
    if (absence === undefined) {
      before(() => prepareEngine(engine));
      suite();
      return;
    }
    it(`has ${engine} to run on`, function () {
      this.test!.title += `: ${absence}`;
      this.skip();
    });
  });
}
