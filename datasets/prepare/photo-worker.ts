/** A process that prepares photos, one at a time. */
import sharp from "sharp";
import workerpool from "workerpool";
import { prepareItem } from "./prepare-item.js";

// Processes that each prepare a photo use all processors already, and no decoded photo is asked for twice.
sharp.concurrency(1);
sharp.cache(false);

// Ctrl-C reaches all processes of the group. The parent decides what happens; this one ends with the parent.
process.on("SIGINT", () => {});

workerpool.worker({ prepare: prepareItem });
