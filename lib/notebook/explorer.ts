/** The explorer's page in a cell of a notebook. */
import { display, type MimeBundle } from "./display.js";

/** Where `npm run explore` listens if it is not told otherwise. */
export const explorerPort = 8420;

export interface ExplorerOptions {
  /** The port that `npm run explore` printed. */
  readonly port?: number;
  /** Height of the frame, px. */
  readonly height?: number;
}

/**
 * Shows the page of an explorer that runs on this machine, started by `npm run explore` in a terminal of its own.
 * @throws if port or height are not whole numbers above 0
 */
export function showExplorer({ port = explorerPort, height = 900 }: ExplorerOptions = {}): MimeBundle {
  for (const [name, value] of Object.entries({ port, height })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new Error(`showExplorer: \`${name}\` should be a whole number above 0 but is ${value}.`);
  }
  const address = `http://127.0.0.1:${port}/`;
  const frame = `<iframe src="${address}" title="Explorer" width="100%" height="${height}" style="border:0"></iframe>`;
  const note = `<p>The explorer at <a href="${address}">${address}</a>, while <code>npm run explore</code> runs.</p>`;
  return display({
    data: { "text/html": frame + note, "text/plain": `[explorer at ${address}, while npm run explore runs]` },
    metadata: {},
  });
}
