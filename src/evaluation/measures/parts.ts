import type { Shot } from '../../diffusion/draw-each.ts';
import { type Judged, type Judges, judge } from '../../judges/judges.ts';
import type { PixelImage } from '../../pictures/image.ts';
import type { EvaluationConcept } from '../../world/index.ts';
import type { EvaluationSettings } from '../settings.ts';
import type { Wording } from '../wording.ts';

/** What measuring a model takes. */
export interface MeasureParts {
  readonly settings: EvaluationSettings;
  /** One picture for each shot, by the model that is measured. */
  draw(shots: readonly Shot[]): Promise<readonly PixelImage[]>;
  readonly judges: Judges;
  /** How prompts for this model name concepts. */
  readonly say: Wording;
  /** Embeddings of a concept's drawings: those taught and further ones. */
  references(concept: EvaluationConcept): Promise<readonly Float32Array[]>;
}

/** Where the seeds of pictures without tokens begin; none of any set are another's. */
export const seeds = { drift: 2_000_000, classes: 3_000_000 } as const;

/** The same of all pictures. */
export function seedsOf({ seed }: Pick<EvaluationSettings, 'seed'>) {
  const first = 50_000_000 * seed;
  return { ...seeds, concepts: first + 1_000_000, multi: first + 4_000_000 };
}
const seedsPerText = 100;

/** `count` shots of each text, one text after another. Every method and every checkpoint draws from the same seeds. */
export function shotsOf(texts: readonly string[], count: number, firstSeed: number): readonly Shot[] {
  return texts.flatMap((prompt, text) =>
    Array.from({ length: count }, (_, i) => ({ prompt, seed: firstSeed + seedsPerText * text + i })),
  );
}

/** Draws the shots and has the pictures judged. */
export async function drawn(
  { draw, judges }: Pick<MeasureParts, 'draw' | 'judges'>,
  shots: readonly Shot[],
): Promise<readonly Judged[]> {
  return judge(judges, await draw(shots));
}

/** What {@link shotsOf} gave, by text again. */
export function byText<T>(drawn: readonly T[], count: number): readonly (readonly T[])[] {
  return Array.from({ length: drawn.length / count }, (_, text) =>
    drawn.slice(text * count, (text + 1) * count),
  );
}
