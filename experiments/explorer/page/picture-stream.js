/**
 * One picture that follows the controls. There is one request at a time, and after it one with all changes made
 * meanwhile.
 */
import { showError } from "./elements.js";
import { post } from "./requests.js";

/** A name of this page, so that two pages do not replace each other's requests. */
const page = crypto.randomUUID().slice(0, 8);

/**
 * @param {HTMLImageElement} image
 * @param {string} name of the view
 * @param {() => object | undefined} request what to draw now; undefined if there is nothing to draw
 * @param {(milliseconds: number) => void} [onDrawn]
 * @returns {() => void} a function to call at each change
 */
export function followPicture(image, name, request, onDrawn) {
  let wanted = false;
  let running = false;
  let shown = "";
  return async function ask() {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      const what = request();
      if (!what) break;
      try {
        const start = performance.now();
        const response = await post("/api/picture", { view: `${page}-${name}`, ...what });
        if (response.status !== 200) continue; // a newer request has replaced this one
        const url = URL.createObjectURL(await response.blob());
        image.src = url;
        await image.decode().catch(() => {});
        URL.revokeObjectURL(shown);
        shown = url;
        onDrawn?.(performance.now() - start);
      } catch (error) {
        showError(error instanceof Error ? error.message : String(error));
      }
    }
    running = false;
  };
}
