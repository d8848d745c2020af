import type { ConceptStore } from '../../model-store/store.ts';
import type { Engine, ModelDescription } from '../engine/protocol.ts';
import type { Captioner } from '../personalize/captions/captioner.ts';
import type { Veil } from '../pictures/veil.ts';
import type { Result } from '../result.ts';

export interface StudioLimits {
  /** Largest picture file, in bytes. */
  readonly pictureBytes: number;
  /** Longest side of a drawing, in pixels. */
  readonly side: number;
  /** Bytes of all files that are kept of one server's concepts. */
  readonly serverBytes: number;
  /** Teaches and drawings that run at the same time, each for another server. */
  readonly running: { readonly teach: number; readonly imagine: number };
  /** Teaches and drawings that one server may have, running and waiting. */
  readonly perServer: { readonly teach: number; readonly imagine: number };
}

/** What the use cases work with. */
export interface StudioParts {
  readonly store: ConceptStore;
  readonly engine: Engine;
  /** A service that describes pictures; without one the model itself does. */
  readonly captioner?: Captioner;
  /** Folder of the base model. */
  readonly model: string;
  /** What the engine says of the base model; asked until it has answered once. */
  describe(): Promise<Result<ModelDescription>>;
  readonly limits: StudioLimits;
  /** Name of the method that teaches on a server. */
  methodOf(server: string): Promise<string>;
  /** What is done on a server with pictures that the model's safety checker flags. */
  flaggedOf(server: string): Promise<Veil>;
  /** Seconds between two checkpoints of a teach. */
  readonly checkpointSeconds: number;
  /** Training steps of a teach; the method's own where absent. */
  readonly teachSteps?: number;
  /** Whether pictures in which the subject is small are cut to it. */
  readonly closeUps: boolean;
}
