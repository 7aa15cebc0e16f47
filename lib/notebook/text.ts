/** Prose that a cell computes, so that the numbers in it are those of this run. */
import { display, type MimeBundle } from "./display.js";

/** Shows markdown. @param markdown may hold numbers of the cells before */
export function showText(markdown: string): MimeBundle {
  return display({
    data: { "text/markdown": markdown, "text/plain": markdown.replace(/[*`]/g, "") },
    metadata: {},
  });
}
