/**
 * Reads JSON that comes from outside. `JSON.parse` alone takes any depth, which ends the stack of whoever walks through
 * it, and of two values of one name in an object it drops the first.
 */

/** No file of ours is half as deep. */
const deepest = 64;

/** @throws SyntaxError if the text is not JSON, is nested too deep, or has a name twice in one object */
export function parseJson(text: string): unknown {
  /** The names in each object or list that is open. */
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === "{" || sign === "[") open.push(new Set());
    else if (sign === "}" || sign === "]") open.pop();
    if (open.length > deepest) throw new SyntaxError(`it is nested deeper than ${deepest}`);
    if (sign !== '"') continue;
    const end = endOfString(text, i);
    let after = end;
    while (" \t\n\r".includes(text[after] ?? "none")) after++;
    if (text[after] === ":") note(JSON.parse(text.slice(i, end)), open.at(-1));
    i = end - 1;
  }
  return JSON.parse(text);
}

/** @returns the place after the closing quotation mark */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
  return i + 1;
}

function note(name: string, names: Set<string> | undefined): void {
  if (names?.has(name)) throw new SyntaxError(`it has two values of the name "${name.slice(0, 60)}"`);
  names?.add(name);
}
