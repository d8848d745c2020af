import type { Model } from '../diffusion/model.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import type { Turns } from '../personalize/method.ts';
import type { SafetensorsContent } from '../safetensors.ts';
import type { Written } from './written.ts';

/** A file from outside, known to be sound safetensors. */
export interface IncomingFile extends SafetensorsContent {
  readonly bytes: Uint8Array;
}

/** What a matrix should be, as PyTorch lays it out: all of it, or at some places, which ascend. */
export interface WantedWeights {
  readonly values: Float32Array;
  readonly indices?: Uint32Array;
}

/** What a file brings: a whole concept, the embedding of one, its matrices by head name, or both of these. */
export type Brought =
  | { readonly concept: ConceptWeights }
  | { readonly embedding: Float32Array }
  | { readonly weights: ReadonlyMap<string, WantedWeights>; readonly embedding?: Float32Array };

/** A file format that concepts are taken along in. One file of `formats/`, its default export. */
export interface Format {
  /** That of its file; how people ask for it. */
  readonly name: string;
  /** Raises 'invalid-option' where the format cannot carry what the concept is, with the one that can. */
  write(concept: ConceptWeights, model: Model, turns: Turns): Promise<Written>;
  /**
   * What a file of this format brings; undefined where it is none. A format without it is not brought in. Raises
   * 'invalid-file' where it is damaged, hostile or for another model.
   */
  read?(file: IncomingFile, model: Model): Promise<Brought | undefined>;
}

/** All formats by name. */
export type Formats = ReadonlyMap<string, Format>;
