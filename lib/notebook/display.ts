/** What a notebook shows, as MIME bundles: the one place through which everything in this folder is displayed. */

/** One output in several forms; a front end picks the richest it knows. Binary data are base64. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  /** By MIME type, for instance `{ "image/png": { alt, width } }`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * A value with a method of this name is shown, where it is the last expression of a cell, as the bundle that
 * the method returns.
 */
export const mime = Symbol.for("rerenderable.mime");

/** Where the notebook kernel and the notebook runner leave the function that displays in the running cell. */
const hook = Symbol.for("rerenderable.display");

/** Marks a bundle that was displayed, so that it is not shown again as the value of its cell. */
const shown = Symbol.for("rerenderable.shown");

type DisplayHook = (content: object, update: boolean) => void;

function displayHook(): DisplayHook | undefined {
  return (globalThis as { [hook]?: DisplayHook })[hook];
}

/** Whether this process runs cells. */
export function inNotebook(): boolean {
  return displayHook() !== undefined;
}

/**
 * Displays a bundle in the running cell. Outside a notebook nothing is written.
 *
 * @param bundle what to show
 * @param id name of the display; showing again under the same name with `update` replaces it in place
 * @returns the bundle
 */
export function display(bundle: MimeBundle, id?: string, update = false): MimeBundle {
  const show = displayHook();
  if (!show) return bundle;
  show({ ...bundle, transient: id === undefined ? {} : { display_id: id } }, update);
  return Object.defineProperty({ ...bundle }, shown, { value: true, enumerable: false });
}

/** Text for an HTML element or a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
