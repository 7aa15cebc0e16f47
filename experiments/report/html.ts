/** Pieces of a page, with what they show escaped. */

/** Text that is markup already. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Part[];

/** A template whose values are escaped, lists joined, and other templates kept as they are. */
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
