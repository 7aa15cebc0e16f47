/** A process that prepares photos, one at a time. */
import sharp from "sharp";
import workerpool from "workerpool";
import { prepareItem } from "./prepare-item.js";

// Photos side by side are what uses the processors here; and decoded photos are not asked for twice.
sharp.concurrency(1);
sharp.cache(false);

// Ctrl-C reaches the whole group of processes. The parent decides; this one ends when the parent is gone.
process.on("SIGINT", () => {});

workerpool.worker({ prepare: prepareItem });
