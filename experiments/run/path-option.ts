/** Reads an option that is a path. */
import { InputError } from "rerenderable";

/**
 * @returns a parser that refuses an empty text: it comes from a variable of the shell that is not set, and would mean the
 *   folder where one stands
 */
export function pathOption(flag: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== "") return text;
    throw new InputError(flag, "a path", "an empty text");
  };
}
