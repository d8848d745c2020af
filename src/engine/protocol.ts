import type { ConceptKind } from '../concept.ts';
import type { Written } from '../interop/written.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { Veil } from '../pictures/veil.ts';
import type { Result } from '../result.ts';

/** Where the engine finds the weights of a concept: a safetensors file and the hash that it must have. */
export interface ConceptRef {
  readonly token: string;
  readonly path: string;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
}

export interface TeachTask {
  readonly kind: 'teach';
  /** Folder of the base model. */
  readonly model: string;
  /** Name of the training method. */
  readonly method: string;
  /** The server's earlier concepts, all that can be read. */
  readonly concepts: readonly ConceptRef[];
  /** The tokens of those that cannot: beside them a method that heeds earlier concepts teaches nothing. */
  readonly damaged?: readonly string[];
  readonly token: string;
  readonly classWord: string;
  readonly conceptKind: ConceptKind;
  readonly pictures: readonly PixelImage[];
  /** For each picture its captions, with the token in them: "a photo of a <new3> dog in the park"; where none, the model looks at it. */
  readonly captions: readonly (readonly string[])[];
  /** What the user typed about the concept. */
  readonly description?: string;
  readonly seed: number;
  readonly steps?: number;
  /** False where pictures in which the subject is small are to be learned from as they are. */
  readonly closeUps?: false;
  /** What is done with a drawing that the model's safety checker flags; 'block' where absent. */
  readonly flagged?: Veil;
  readonly checkpoint?: Checkpoint;
}

/** Where a teach keeps how far its training has come: sent again after an interruption, the task goes on from there. */
export interface Checkpoint {
  /** A file of its own, which stays until whoever sent the task removes it. */
  readonly path: string;
  /** Time between two writes, at least. What was trained since the last one is trained again. */
  readonly seconds: number;
}

/** What came of a lesson; nothing is stored yet. */
export interface TeachOutcome {
  /** The concept as a safetensors file. */
  readonly concept: Uint8Array;
  readonly neurons: number;
  /** `neurons` over the weights of U-Net and text encoder. */
  readonly share: number;
  /** Share of the base neurons that were general ones too, 0 to 1; absent where the method chooses none. */
  readonly overlap?: number;
  readonly seconds: number;
  readonly steps: number;
  readonly lossFirst: number;
  readonly lossLast: number;
  readonly samples: readonly PixelImage[];
  /** How many of the samples the safety checker flagged, where it flagged any. */
  readonly flagged?: number;
  /** One of each picture's captions that were trained on. */
  readonly captions: readonly string[];
  /** How many pictures were cut to the subject, where it is small in any. */
  readonly closeUps?: number;
  /** Different captions in which the text encoder does not read as far as the token, and which were not trained on. */
  readonly captionsLeftOut: number;
  /** There where it was taught with regard to the server's earlier concepts, so that it may be stored beside no others. */
  readonly heedsEarlier?: true;
}

export interface ImagineTask {
  readonly kind: 'imagine';
  /** Folder of the base model. */
  readonly model: string;
  /** All of the server's concepts, named in the prompt or not. */
  readonly concepts: readonly ConceptRef[];
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly count: number;
  /** 0…2³²−1; picture i is drawn from it and i. */
  readonly seed: number;
  readonly steps: number;
  readonly guidanceScale: number;
  /** In pixels; the model's own size where absent. */
  readonly size?: { readonly width: number; readonly height: number };
  /** What is done with a picture that the model's safety checker flags; 'block' where absent. */
  readonly flagged?: Veil;
}

export interface ImagineOutcome {
  readonly images: readonly PixelImage[];
  /** How many of them the safety checker flagged, where it flagged any. */
  readonly flagged?: number;
  readonly seconds: number;
  /** The end of the prompt that did not fit the text encoder and was not drawn. */
  readonly ignoredText?: string;
  /** That of the negative prompt, where there is guidance to use it. */
  readonly ignoredNegative?: string;
}

/** What a base model is, as far as the studio needs to know. */
export interface ModelDescription {
  /** Hash of the weights: a concept belongs to the model with this id. */
  readonly id: string;
  /** Size of the pictures it draws. */
  readonly pixels: { readonly width: number; readonly height: number };
  /** Sides of pictures may be multiples of this, in pixels; absent where it draws in one size alone. */
  readonly sizeStep?: number;
  /** How it draws best where nobody says; absent where the model does not tell. */
  readonly drawing?: { readonly steps: number; readonly guidanceScale: number };
  /** Weights of the U-Net and the text encoder, in which things are taught; the autoencoder's do not count. */
  readonly parameters: number;
}

export interface DescribeTask {
  readonly kind: 'describe';
  /** Folder of the base model. */
  readonly model: string;
}

export interface CheckTask {
  readonly kind: 'check';
  /** Folder of the base model. */
  readonly model: string;
  /** A concept's safetensors file that may come from anywhere. */
  readonly concept: Uint8Array;
}

/** What a concept file that can be used with the model says of itself. */
export interface CheckOutcome {
  readonly method: string;
  readonly token: string;
  readonly classWord: string;
  readonly kind: ConceptKind;
}

export interface ConvertTask {
  readonly kind: 'convert';
  /** Folder of the base model. */
  readonly model: string;
  readonly concept: ConceptRef;
  /** Name of the file format. */
  readonly format: string;
}

export interface AdoptTask {
  readonly kind: 'adopt';
  /** Folder of the base model. */
  readonly model: string;
  /** The server's concepts, all of them. */
  readonly concepts: readonly ConceptRef[];
  /** What the concept will be called here. */
  readonly token: string;
  /** One file, or its weights and its embedding; they may come from anywhere. */
  readonly files: readonly Uint8Array[];
  /** What the concept is, where its files do not say. */
  readonly classWord?: string;
  readonly conceptKind?: ConceptKind;
  readonly seed: number;
  /** What is done with a sample that the model's safety checker flags; 'block' where absent. */
  readonly flagged?: Veil;
}

/** What was made of the files; nothing is stored yet. */
export interface AdoptOutcome extends CheckOutcome {
  /** The concept as a safetensors file. */
  readonly concept: Uint8Array;
  /** Numbers of key and value weights that it has. */
  readonly neurons: number;
  /** `neurons` over the weights of U-Net and text encoder. */
  readonly share: number;
  readonly seconds: number;
  readonly samples: readonly PixelImage[];
  /** How many of the samples the safety checker flagged, where it flagged any. */
  readonly flagged?: number;
  /** What a person should know of how it came here, a sentence each. */
  readonly notes: readonly string[];
}

/** How far a job is: `step` of the `steps` of its phase, both 0 where that has none. */
export interface Progress {
  readonly phase: /** What was sent is brought here; the job is not accepted yet. */
    | 'fetching'
    | 'waiting'
    /** The engine process has ended and is starting again. */
    | 'restarting'
    | 'framing'
    | 'captioning'
    | 'loading'
    | 'recalling'
    | 'selecting'
    | 'training'
    | 'drawing'
    | 'packing'
    | 'checking';
  readonly step: number;
  readonly steps: number;
  /** While it waits for its turn: how many others are before it. */
  readonly ahead?: number;
  /** The training loss of this step. */
  readonly loss?: number;
  readonly secondsLeft?: number;
  /** What is drawn, as far as it is; in a lesson, what the concept looks like by now. */
  readonly preview?: PixelImage;
}

/** What a step of a task does, by which its turn comes. */
export type StepKind = 'drawing' | 'training';

export interface TaskOptions {
  /** Id of the job that the task belongs to, for the log. */
  readonly job?: string;
  /** Id of the server that it is for: engines that servers share give it its turn by that. It is told to none of them. */
  readonly server?: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Everything that touches the runtime, seen from the bot process. Made by `supervisor.ts`. */
export interface Engine {
  /**
   * 'storage-corrupt' where the weights of an earlier concept cannot be read, 'invalid-option' where hardly a
   * weight of the model is free.
   */
  teach(task: TeachTask, options?: TaskOptions): Promise<Result<TeachOutcome>>;
  /** 'storage-corrupt' where the weights of a concept that the prompt needs cannot be read, 'invalid-file' where the model cannot draw with them. */
  imagine(task: ImagineTask, options?: TaskOptions): Promise<Result<ImagineOutcome>>;
  describe(model: string): Promise<Result<ModelDescription>>;
  /** 'invalid-file' where a concept file cannot be used with the model. */
  check(model: string, concept: Uint8Array, options?: TaskOptions): Promise<Result<CheckOutcome>>;
  /** 'invalid-file' where the files are no concept for the model, 'invalid-option' where it has no room or they do not say what it is. */
  adopt(task: AdoptTask, options?: TaskOptions): Promise<Result<AdoptOutcome>>;
  /** 'invalid-option' where the format cannot carry the concept. */
  convert(task: ConvertTask, options?: TaskOptions): Promise<Result<Written>>;
  stop(): Promise<void>;
}

/** What each kind of task takes and gives. */
export interface TaskTypes {
  teach: { task: TeachTask; outcome: TeachOutcome };
  imagine: { task: ImagineTask; outcome: ImagineOutcome };
  describe: { task: DescribeTask; outcome: ModelDescription };
  check: { task: CheckTask; outcome: CheckOutcome };
  adopt: { task: AdoptTask; outcome: AdoptOutcome };
  convert: { task: ConvertTask; outcome: Written };
}

export type TaskKind = keyof TaskTypes;
export type Task = TaskTypes[TaskKind]['task'];
export type Outcome = TaskTypes[TaskKind]['outcome'];

/** Bot process to engine process. */
export type EngineRequest =
  | { readonly type: 'run'; readonly id: number; readonly task: Task }
  | { readonly type: 'cancel'; readonly id: number };

/** Engine process to bot process. Every `run` is answered by exactly one `result`. */
export type EngineReply =
  /** It takes requests, and computes them on a GPU or not. */
  | { readonly type: 'ready'; readonly onGpu: boolean }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  /** How long a step took. */
  | { readonly type: 'step'; readonly kind: StepKind; readonly seconds: number }
  /** A line for the log, about a task. */
  | { readonly type: 'log'; readonly id: number; readonly line: string }
  | { readonly type: 'result'; readonly id: number; readonly result: Result<Outcome> };
