import type { Model } from '../diffusion/model.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import type { Turns } from '../personalize/method.ts';
import type { Written } from './written.ts';

/** A file format that concepts are taken along in. One file of `formats/`, its default export. */
export interface Format {
  /** That of its file; how people ask for it. */
  readonly name: string;
  /** Raises 'invalid-option' where the format cannot carry what the concept is, with the one that can. */
  write(concept: ConceptWeights, model: Model, turns: Turns): Promise<Written>;
}

/** All formats by name. */
export type Formats = ReadonlyMap<string, Format>;
