/** Starts the loader's thread: tsx, with which Node.js reads TypeScript, does not reach threads by itself. */
import { register } from "tsx/esm/api";

register();
await import("./loader-worker.ts");
