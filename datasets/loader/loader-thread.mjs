/** Where the loader's thread begins: tsx, which makes Node.js read TypeScript, does not reach threads by itself. */
import { register } from "tsx/esm/api";

register();
await import("./loader-worker.ts");
