/** A door: a way by which a file of the user's comes in. */
export interface Door {
  readonly name: string;
  /** Files that it takes, by name; mutants are made of them. */
  valid(): Promise<Readonly<Record<string, Uint8Array>>>;
  /** Whether each file is read with the others beside it, as those of a folder are. */
  readonly together?: boolean;
  /** Reads the file as the programs do; throws `FileError` or `InputError` where it is no good. */
  open(file: string): Promise<unknown>;
}

/** Text as a file has it. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
