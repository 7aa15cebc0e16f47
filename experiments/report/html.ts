/** Makes pieces of a page in HTML, in which all values are escaped. */

/** Text that is already markup and is not escaped again. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Part[];

/** Makes markup from a template: it escapes values, joins lists, and keeps other templates unchanged. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.reduce((text, string, i) => text + markup(parts[i - 1]) + string) };
}

function markup(part: Part): string {
  if (Array.isArray(part)) return part.map(markup).join("");
  if (typeof part === "object") return (part as Html).html;
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return String(part).replace(/[&<>"]/g, (character) => entities[character]);
}
