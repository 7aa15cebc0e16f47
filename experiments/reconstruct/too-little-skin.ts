/**
 * Explains the error of a fit without pixels: if the points lie beside the face, or the face is covered, the photo is
 * at fault and not the program.
 */
import { InputError } from "rerenderable";
import { TooLittleSkinError } from "rerenderable/face";

/**
 * @returns a function for `catch` of a reconstruction. It throws again; if the photo is at fault, with one line about
 * it
 */
export function tooLittleSkin(file: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof TooLittleSkinError)) throw error;
    throw new InputError(file, "a face that shows enough skin to fit", "none");
  };
}
