/** Imports a package that the user may have installed, and tells one that is absent from one that is broken. */

/** Imports a package by its name. */
export type ImportPackage = (name: string) => Promise<unknown>;

/** The error for a machine that lacks what an engine needs, a package or a device, while nothing is broken. */
export class EngineAbsentError extends Error {
  override readonly name = "EngineAbsentError";
}

/**
 * @param importPackage stands in for `import` in tests
 * @returns the module, also where it is a CommonJS one
 * @throws EngineAbsentError if the package is not installed; another error, of one line, if it does not load
 */
export async function importOptional(
  name: string,
  importPackage: ImportPackage = (specifier) => import(specifier),
): Promise<unknown> {
  try {
    const module = (await importPackage(name)) as { default?: unknown };
    return module.default ?? module;
  } catch (error) {
    const [problem] = (error instanceof Error ? error.message : String(error)).split("\n");
    // A package that is installed may miss a file of its own, such as the binary for this platform.
    const absent = new RegExp(`^Cannot find (package|module) '${name}'`).test(problem);
    if (absent) throw new EngineAbsentError(`${name} is not installed`);
    throw new Error(`${name} does not load (${problem.trim()})`, { cause: error });
  }
}
