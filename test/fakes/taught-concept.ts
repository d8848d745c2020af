import { createHash } from 'node:crypto';
import { type Concept, type ConceptKind, tokenOf } from '../../src/concept.ts';
import type { TeachRequest } from '../../src/studio/studio.ts';

/** What is kept of a lesson that was learnt from so many pictures, with numbers that are always the same. */
export function conceptOf(
  number: number,
  { user, classWord, kind, label, description }: Omit<TeachRequest, 'pictures'>,
  pictures: number,
): Concept {
  const numbers = {
    neurons: 4321,
    share: 0.0013,
    seconds: 41.2,
    steps: 300,
    lossFirst: 0.121,
    lossLast: 0.043,
  };
  return {
    token: tokenOf(number),
    number,
    classWord,
    kind: kind satisfies ConceptKind,
    label: label ?? classWord,
    description: description ?? '',
    taughtBy: user,
    taughtAt: '2025-01-02T03:04:05.000Z',
    blob: createHash('sha256').update(`${number}${classWord}`).digest('hex'),
    model: 'fake',
    numbers: { ...numbers, overlap: 0.6, pictures },
  };
}
