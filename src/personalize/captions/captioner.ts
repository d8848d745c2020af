import type { ConceptKind } from '../../concept.ts';
import type { PixelImage } from '../../pictures/image.ts';

export interface CaptionRequest {
  /** `<new3>`: every caption holds it once. */
  readonly token: string;
  readonly classWord: string;
  readonly kind: ConceptKind;
  /** What the user typed about the pictures, already cleaned. */
  readonly description?: string;
  readonly pictures: readonly PixelImage[];
}

export interface Captions {
  /** For each picture its captions, "a photo of a <new3> dog in the park"; none where the model is to look at it itself. */
  readonly captions: readonly (readonly string[])[];
  /** What a person should know about how they were made. */
  readonly note?: string;
}

/** Describes the pictures of a concept in the words that it is trained on. Raises `cancelled` when aborted. */
export interface Captioner {
  caption(request: CaptionRequest, signal?: AbortSignal): Promise<Captions>;
}
