/** What a notebook shows, as MIME bundles. Everything in this folder is displayed through this file. */

/** One output in several forms. A front end takes the richest form that it knows. Binary data are base64. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  /** By MIME type, for instance `{ "image/png": { alt, width } }`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** If the last expression of a cell has a method of this name, the cell shows the bundle that the method returns. */
export const mime = Symbol.for("rerenderable.mime");

/** The place where the notebook kernel and the notebook runner put the function that displays in the running cell. */
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

/** Makes text safe for an HTML element or a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
