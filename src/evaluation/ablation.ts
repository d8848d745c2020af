import { createHash } from 'node:crypto';
import { type CnsOptions, cnsDefaults } from '../personalize/methods/cns.ts';
import { type LessonForm, usualForm } from './lesson-form.ts';

/** What is taught otherwise than the product does. */
export interface Variant {
  /** As tables call it. */
  readonly label: string;
  readonly cns?: Partial<CnsOptions>;
  readonly lesson?: Partial<LessonForm>;
}

/** A question to Concept Neuron Selection, and what is compared to answer it. */
export interface Ablation {
  readonly question: string;
  readonly variants: readonly Variant[];
}

/** All ablations by name. */
export type Ablations = ReadonlyMap<string, Ablation>;

/** All that decides what a variant teaches. Plain JSON. */
export interface VariantSettings {
  readonly cns: CnsOptions;
  readonly lesson: LessonForm;
}

/**
 * A variant's own settings and the product's for the rest.
 * @param product those of the model that is asked about
 */
export function settingsOf(
  { cns, lesson }: Omit<Variant, 'label'>,
  product: CnsOptions = cnsDefaults,
): VariantSettings {
  return { cns: { ...product, ...cns }, lesson: { ...usualForm, ...lesson } };
}

/** A name for what a variant teaches: equal settings have the same, whichever ablation asks for them. */
export function keyOf(variant: Omit<Variant, 'label'>, product?: CnsOptions): string {
  return createHash('sha256')
    .update(JSON.stringify(settingsOf(variant, product)))
    .digest('hex')
    .slice(0, 12);
}

/** Whether it is what the product does. */
export function isProducts(variant: Omit<Variant, 'label'>, product?: CnsOptions): boolean {
  return keyOf(variant, product) === keyOf({}, product);
}
