/** The engines by name, and which of them have kernels for the operations that tfjs lacks. */

/** All engines, best first. */
export const engineNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

/** An engine. */
export type EngineName = (typeof engineNames)[number];

/**
 * Engines that run the operations of `defineOp`, and so the renderer. `webgpu` has no kernels for them yet: it runs
 * networks, and "auto" passes it over.
 */
export const renderingEngines: readonly EngineName[] = ["tensorflow", "wasm", "cpu"];
