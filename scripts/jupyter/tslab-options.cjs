"use strict";
/**
 * Makes tslab type-check cells, and the library sources they import, as strictly as `npm run check` does.
 *
 * tslab reads no tsconfig.json: its compiler options are fixed in its converter (not strict, node10
 * resolution, which does not see `exports` maps). They pass through one call, `createWatchCompilerHost` of
 * tslab's own TypeScript. That object has getters only and cannot be assigned to, so a copy that replaces this
 * one function takes its place in the module cache before tslab loads it.
 */
const { createRequire } = require("node:module");

/**
 * Must be called before anything of tslab is loaded, with the project root as the working directory.
 * @param {string} root absolute path of the project root
 */
function useProjectOptions(root) {
  const fromTslab = createRequire(require.resolve("tslab/package.json", { paths: [root] }));
  const id = fromTslab.resolve("@tslab/typescript-for-tslab");
  const typescript = fromTslab(id);
  if (typescript[swapped]) return;

  const replacement = { [swapped]: true };
  for (const name of Object.keys(typescript)) {
    Object.defineProperty(replacement, name, {
      get: () => typescript[name],
      enumerable: true,
      configurable: true,
    });
  }
  Object.defineProperty(replacement, "createWatchCompilerHost", {
    enumerable: true,
    value: (rootFiles, options, ...rest) =>
      typescript.createWatchCompilerHost(
        rootFiles,
        { ...options, ...projectOptions(typescript, options) },
        ...rest,
      ),
  });
  require.cache[id].exports = replacement;
  // An imported file is loaded once, so a change would not be seen anyway; and tslab fails if it hears of one during
  // a cell.
  const notWatched = () => ({ close() {} });
  Object.assign(typescript.sys, { watchFile: notWatched, watchDirectory: notWatched });
}

const swapped = Symbol.for("rerenderable.tslabOptions");

/** The differences between tslab's options and tsconfig.json that change what type-checks. */
function projectOptions(typescript, options) {
  return {
    strict: true,
    noFallthroughCasesInSwitch: true,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    // tsc's default for the target es2022 has the DOM; some packages name its types in what they export.
    lib: [...options.lib, "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
  };
}

module.exports = useProjectOptions;
