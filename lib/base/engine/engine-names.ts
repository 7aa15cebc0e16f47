/** The engines by name, and what each of them can be used for. */

/** All engines, best first. */
export const engineNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

/** An engine. */
export type EngineName = (typeof engineNames)[number];

/** Engines that run the operations of `defineOp`, and so the renderer too. */
export const renderingEngines: readonly EngineName[] = ["tensorflow", "webgpu", "wasm", "cpu"];

/**
 * Engines whose results the processor can read at once, by `dataSync`. Under Node.js the results of `webgpu` can only
 * be awaited, by `data`. The library awaits them everywhere, but a cell of a notebook may not, so "auto" takes this
 * into account.
 */
export const readableEngines: readonly EngineName[] = ["tensorflow", "wasm", "cpu"];
