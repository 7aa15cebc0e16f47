/** Pieces of the page. Text is set as text, never as markup, because names come from the user's files. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} "${id}"`);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]>} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** @param {{ title: string, says: string, alt: string }} what @param {string} [src] */
export function pictureFigure({ title, says, alt }, src) {
  const image = make("img", { alt, width: 224, height: 224, ...(src && { src }) });
  const caption = make("figcaption", {}, make("b", { textContent: title }), make("br"), says);
  return { figure: make("figure", {}, image, caption), image };
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const error = byId("error", HTMLDivElement);
error.querySelector("button")?.addEventListener("click", () => showError(""));

/** @param {string} text one line, or nothing */
export function showError(text) {
  const line = error.querySelector("p");
  if (line) line.textContent = text;
  error.hidden = text === "";
}

/** Number of things that the page waits for. */
let waits = 0;

/** Shows how far the work has come. Late news of work that has ended is left out. @param {string} text */
export function showProgress(text) {
  if (waits > 0) byId("progress", HTMLParagraphElement).textContent = text;
}

/** Runs what the user asked for, and shows what went wrong. @param {() => Promise<void>} work */
export async function attempt(work) {
  showError("");
  waits++;
  try {
    await work();
  } catch (error) {
    showError(error instanceof Error ? error.message : String(error));
  } finally {
    showProgress("");
    waits--;
  }
}
