/**
 * Text from inside a file as it may be printed: what a terminal would obey (line breaks, ESC, marks that turn the
 * direction of writing) is written as `\u001b`.
 */
export function printable(text: string): string {
  const obeyed = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
  return text.replace(obeyed, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
