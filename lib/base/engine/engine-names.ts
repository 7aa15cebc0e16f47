/** The engines by name, and what each of them can be used for. */

/** All engines, best first. */
export const engineNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

/** An engine. */
export type EngineName = (typeof engineNames)[number];

/** Engines that run the operations of `defineOp`, and so the renderer. */
export const renderingEngines: readonly EngineName[] = ["tensorflow", "webgpu", "wasm", "cpu"];

/**
 * Engines whose results the processor can read at once, by `dataSync`. Under Node.js what `webgpu` computes can only be
 * awaited, by `data`: so the library does, but a cell of a notebook may not, and "auto" heeds that.
 */
export const readableEngines: readonly EngineName[] = ["tensorflow", "wasm", "cpu"];
