/** What a concept is a picture of: one thing, a way of drawing, or a place. */
export type ConceptKind = 'subject' | 'style' | 'scene';

/** What a teach measured. */
export interface ConceptNumbers {
  /** Numbers trained for key and value weights: those selected, where the method selects. */
  readonly neurons: number;
  /** `neurons` over the weights of U-Net and text encoder, 0…1. */
  readonly share: number;
  readonly seconds: number;
  readonly steps: number;
  readonly lossFirst: number;
  readonly lossLast: number;
  /** The part of the base neurons that were general neurons too, 0…1; absent where the method selects none. */
  readonly overlap?: number;
  /** Pictures taught from. */
  readonly pictures: number;
}

/** What is kept of a thing taught, beside its weights. Plain JSON. */
export interface Concept {
  /** `<new3>`: how prompts name it. */
  readonly token: string;
  /** 3 */
  readonly number: number;
  readonly classWord: string;
  readonly kind: ConceptKind;
  readonly label: string;
  readonly description: string;
  /** The platform's id of the user who taught it. */
  readonly taughtBy: string;
  /** ISO 8601, UTC. */
  readonly taughtAt: string;
  /** SHA-256 (hex) of the safetensors file with its embedding, mask and weights. */
  readonly blob: string;
  /** SHA-256 (hex) of a PNG contact sheet of samples. */
  readonly sample?: string;
  /** Id of the base model that it was taught on. */
  readonly model: string;
  /** Name of the method that taught it; CNS where absent. */
  readonly method?: string;
  /** There where it was not taught here, but brought in from the file of a single concept. */
  readonly broughtIn?: true;
  readonly numbers: ConceptNumbers;
}

/** All that a server was taught, in order of number. */
export interface Inventory {
  readonly concepts: readonly Concept[];
  /** The tokens of those whose records cannot be read. */
  readonly damaged: readonly string[];
}

/** The token of a concept's number: `<new3>` for 3. */
export function tokenOf(number: number): string {
  return `<new${number}>`;
}

/** Everything in a text that is written like a token, each once, in order of appearance. */
export function tokensIn(text: string): readonly string[] {
  return [...new Set(text.match(/<new\d+>/g) ?? [])];
}
