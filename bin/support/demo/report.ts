import type { Concept } from '../../../src/concept.ts';

export interface DrawnImage {
  readonly prompt: string;
  readonly seed: number;
  /** From the command to its answer. */
  readonly seconds: number;
  /** Beside the report. */
  readonly file: string;
}

/** `report.json` of a demo. */
export interface DemoReport {
  readonly concepts: readonly {
    readonly token: string;
    readonly class: string;
    readonly kind: string;
    readonly seconds: number;
    readonly neurons: number;
    readonly share: number;
    readonly lossFirst: number;
    readonly lossLast: number;
  }[];
  readonly images: readonly DrawnImage[];
  readonly commit: string | null;
  /** Id of the base model. */
  readonly model: string;
}

export function reportOf(
  demo: Omit<DemoReport, 'concepts'> & { readonly concepts: readonly Concept[] },
): DemoReport {
  const concepts = demo.concepts.map(({ token, classWord, kind, numbers }) => {
    const { seconds, neurons, share, lossFirst, lossLast } = numbers;
    return { token, class: classWord, kind, seconds, neurons, share, lossFirst, lossLast };
  });
  const { images, commit, model } = demo;
  return { concepts, images, commit, model };
}
