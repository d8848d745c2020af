import { hashOf } from '../../model-store/blobs.ts';
import { type Concept, tokenOf } from '../../src/concept.ts';

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A concept whose files are `weights` and, where given, `sheet`. */
export function sampleConcept(number: number, weights: Uint8Array, sheet?: Uint8Array): Concept {
  return {
    token: tokenOf(number),
    number,
    classWord: 'dog',
    kind: 'subject',
    label: `dog ${number}`,
    description: '',
    taughtBy: 'user 1',
    taughtAt: '2026-11-23T15:00:00.000Z',
    blob: hashOf(weights),
    ...(sheet && { sample: hashOf(sheet) }),
    model: 'model-1',
    numbers: {
      neurons: 256,
      share: 0.0013,
      seconds: 40,
      steps: 300,
      lossFirst: 0.06,
      lossLast: 0.04,
      overlap: 0.4,
      pictures: 5,
    },
  };
}
