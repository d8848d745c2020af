import type { ConceptKind } from '../concept.ts';
import type { Asker } from './rules/admission.ts';

export interface TeachRequest {
  /** The platform's id of the user who teaches. */
  readonly user: string;
  /** The same user as the server's settings look at them; a program of the installation's own where absent. */
  readonly by?: Asker;
  readonly classWord: string;
  readonly kind: ConceptKind;
  readonly label?: string;
  readonly description?: string;
  /** Fetches the one to six picture files as they were sent. Asked for once, when the server's settings allow the lesson. */
  readonly pictures: () => Promise<readonly Uint8Array[]>;
  /** Called once the pictures have been brought to the model's size: nobody needs the files any more. */
  readonly onRead?: () => void;
}

/** What is absent: one picture, a seed by chance, steps and guidance as the model draws best. */
export interface ImagineRequest {
  /** Who asks, as the server's settings look at them; a program of the installation's own where absent. */
  readonly by?: Asker;
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly count?: number;
  readonly seed?: number;
  readonly steps?: number;
  readonly guidanceScale?: number;
  /** In pixels; the model's own where absent. */
  readonly width?: number;
  readonly height?: number;
}
