/** What is known of an engine that was started. */
import type { EngineName } from "./engine-names.js";

export interface EngineReport {
  readonly engine: EngineName;
  /** A sentence: what was taken and why. */
  readonly reason: string;
  /** Version of tfjs. */
  readonly version: string;
  /** Threads of the processor that the engine's kernels use. */
  readonly threads: number;
  /** Whether its kernels use the processor's vector instructions. */
  readonly simd: boolean;
  /** Of `webgpu`: the graphics processor, or the software that plays one. */
  readonly adapter?: string;
  /** Of `tensorflow`: the package that brings it. */
  readonly package?: string;
}

/** What starting an engine found out about it. `description` goes into the reason. */
export type StartedEngine = Omit<EngineReport, "engine" | "reason" | "version"> & {
  readonly description: string;
};
