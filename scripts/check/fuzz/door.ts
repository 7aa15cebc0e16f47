/** A door: a way by which a user's file comes in. */
export interface Door {
  readonly name: string;
  /** The valid files that it takes, by name; mutants are made from them. */
  valid(): Promise<Readonly<Record<string, Uint8Array>>>;
  /** Whether each file is read together with the others, as the files of a folder are. */
  readonly together?: boolean;
  /** Reads the file as the programs do; throws `FileError` or `InputError` if it is not valid. */
  open(file: string): Promise<unknown>;
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
