import type { Concept, Inventory } from '../concept.ts';
import type { Progress, TaskOptions } from '../engine/protocol.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { Result } from '../result.ts';
import type { BroughtIn, ServerData } from './data/data.ts';
import type { ImagineRequest, TeachRequest } from './requests.ts';
import type { Asker } from './rules/admission.ts';
import type { ServerRules } from './rules/rules.ts';

/** What a lesson left: the concept is stored. */
export interface Taught {
  readonly concept: Concept;
  readonly samples: readonly PixelImage[];
  /** PNG contact sheet of the samples. */
  readonly sheet: Uint8Array;
  /** What a person should know about how it went, a sentence each. */
  readonly notes: readonly string[];
}

export interface Imagined {
  readonly prompt: string;
  /** Name of the base model. */
  readonly model: string;
  readonly seed: number;
  readonly seconds: number;
  readonly steps: number;
  readonly guidanceScale: number;
  /** Where it is not the model's own. */
  readonly size?: { readonly width: number; readonly height: number };
  /** PNG files, shown at 256 pixels or more. */
  readonly pictures: readonly Uint8Array[];
  /** Labelled PNG of them all, where there is more than one. */
  readonly grid?: Uint8Array;
  /** What a person should know about how it went, a sentence each. */
  readonly notes: readonly string[];
}

export type { Leases } from '../jobs/leases.ts';
export { stopping } from '../jobs/queue.ts';
export { whenAble } from '../jobs/when-able.ts';
export type { Asker, BroughtIn, ImagineRequest, Progress, TaskOptions, TeachRequest };

export interface StudioTaskOptions extends TaskOptions {
  /** What the caller calls the job, to find it among what is under way. */
  readonly job?: string;
}

/** What a server can do. Commands call only this; nothing asked for one server touches another's concepts. */
export interface Studio extends ServerData, ServerRules {
  /** 'not-allowed' where the server's settings refuse it. */
  teach(server: string, request: TeachRequest, options?: StudioTaskOptions): Promise<Result<Taught>>;
  /** 'not-allowed' where the server's settings refuse it. */
  imagine(server: string, request: ImagineRequest, options?: StudioTaskOptions): Promise<Result<Imagined>>;
  /** What the server was taught, records that cannot be read included. */
  inventory(server: string): Promise<Inventory>;
  /** The concepts of {@link inventory}. */
  concepts(server: string): Promise<readonly Concept[]>;
  /** The PNG contact sheet made when the concept was taught. */
  sample(server: string, token: string): Promise<Result<Uint8Array>>;
  rename(server: string, token: string, label: string): Promise<Result<Concept>>;
  /** The concept's safetensors file. */
  exportConcept(server: string, token: string): Promise<Result<Uint8Array>>;
  /** What was forgotten; undefined where its record could not be read. */
  forget(server: string, token: string): Promise<Result<Concept | undefined>>;
}
