/** Points beside the face, or a face all covered, leave the fit no pixels; that is the photo's fault, not a bug. */
import { InputError } from "rerenderable";
import { TooLittleSkinError } from "rerenderable/face";

/** @returns what to `catch` a reconstruction with: it throws again, in one line about the photo where that is to blame */
export function tooLittleSkin(file: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof TooLittleSkinError)) throw error;
    throw new InputError(file, "a face that shows enough skin to fit", "none");
  };
}
