/** A file that a concept was written into. */
export interface WrittenFile {
  /** What it is called by, beside the concept's name; empty for its embedding, which prompts name by its file. */
  readonly part: string;
  readonly bytes: Uint8Array;
}

/** A concept in a format of other programs. */
export interface Written {
  readonly files: readonly WrittenFile[];
  /** How to use them, and what they have not, a sentence each. */
  readonly notes: readonly string[];
}
