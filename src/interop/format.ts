import type { Model } from '../diffusion/model.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import type { Turns } from '../personalize/method.ts';

/** A file that a concept was written into. */
export interface WrittenFile {
  /** What it is called by, beside the concept's name; empty for its embedding, which prompts name by its file. */
  readonly part: string;
  readonly bytes: Uint8Array;
}

/** A concept in the format of another program. */
export interface Written {
  readonly files: readonly WrittenFile[];
  /** How to use them, and what they have not, a sentence each. */
  readonly notes: readonly string[];
}

/** A file format that concepts are taken along in. One file of `formats/`, its default export. */
export interface Format {
  /** That of its file; how people ask for it. */
  readonly name: string;
  /** Raises 'invalid-option' where the format cannot carry what the concept is, with the one that can. */
  write(concept: ConceptWeights, model: Model, turns: Turns): Promise<Written>;
}

/** All formats by name. */
export type Formats = ReadonlyMap<string, Format>;
