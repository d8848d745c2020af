import { createHash } from 'node:crypto';
import type { CnsOptions } from '../personalize/methods/cns.ts';
import { type LessonForm, usualForm } from './lesson-form.ts';

/** What is taught otherwise than the product does. */
export interface Variant {
  /** As tables call it. */
  readonly label: string;
  readonly cns?: Partial<CnsOptions>;
  readonly lesson?: Partial<LessonForm>;
}

/** A question to Concept Neuron Selection, and what is compared to answer it. */
export interface Ablation<Compared = Variant> {
  readonly question: string;
  readonly variants: readonly Compared[];
}

/** Ablations by name. */
export type Ablations<Compared = Variant> = ReadonlyMap<string, Ablation<Compared>>;

/** All that decides what a variant teaches. Plain JSON. */
export interface VariantSettings {
  readonly cns: CnsOptions;
  readonly lesson: LessonForm;
}

/** A variant as one model is taught by it. */
export interface SettledVariant {
  readonly label: string;
  /** A name for what it teaches: equal settings have the same, whichever ablation asks for them. */
  readonly key: string;
  /** Whether it is what the product does. */
  readonly isProducts: boolean;
  /** Its own, and the product's for the rest. */
  readonly settings: VariantSettings;
}

/** What variants come to on a model that the product teaches with the settings given. */
export function settledOn(product: CnsOptions): (variant: Variant) => SettledVariant {
  const settingsOf = ({ cns, lesson }: Omit<Variant, 'label'>): VariantSettings => ({
    cns: { ...product, ...cns },
    lesson: { ...usualForm, ...lesson },
  });
  const products = keyOf(settingsOf({}));
  return (variant) => {
    const settings = settingsOf(variant);
    const key = keyOf(settings);
    return { label: variant.label, key, isProducts: key === products, settings };
  };
}

/** Ablations with each of their variants settled. */
export function settleAll(ablations: Ablations, product: CnsOptions): Ablations<SettledVariant> {
  const settle = settledOn(product);
  return new Map(
    [...ablations].map(([name, { question, variants }]) => [
      name,
      { question, variants: variants.map(settle) },
    ]),
  );
}

function keyOf(settings: VariantSettings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}
