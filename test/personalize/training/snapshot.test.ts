import { expect, test } from 'vitest';
import type { Batches } from '../../../src/personalize/training/batches.ts';
import { putBack, snapshotOf } from '../../../src/personalize/training/snapshot.ts';
import type { Trained, Update } from '../../../src/personalize/training/update.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../src/safetensors.ts';

/** Of so many values, all of them set by `seed`. */
function trainedOf(seed: number, length: number): Trained {
  const numbers = (from: number) =>
    Float32Array.from({ length }, (_, at) => Math.fround(seed * from + at / 3));
  return { values: numbers(1), moments: { first: numbers(2), second: numbers(3), step: seed } };
}

/** A training that changes two things with one update and one with another. */
function courseOf(seed: number, lengths: readonly [number, number, number] = [3, 2, 4]) {
  const [weights, bias, token] = lengths.map((length, index) => trainedOf(seed + index, length));
  let state: unknown = { seed };
  let followed = 0;
  const batches = {
    state: () => state,
    restore: (to: unknown) => {
      state = to;
    },
  } as Batches;
  const apply = () => {};
  const updates: readonly Update[] = [
    {
      apply,
      trained: new Map([
        ['weights', weights!],
        ['bias', bias!],
      ]),
      follow: () => void followed++,
    },
    { apply, trained: new Map([['weights', token!]]) },
  ];
  return { updates, batches, followed: () => followed };
}

const all = ({ updates, batches }: ReturnType<typeof courseOf>) => [
  updates.map(({ trained }) => [...trained].map(([name, one]) => [name, structuredClone(one)])),
  batches.state(),
];
const reached = { step: 2, losses: [0.1 + 0.2, 1e-9] };
const throughAFile = (course: ReturnType<typeof courseOf>, how = reached) => {
  const { tensors, metadata } = snapshotOf(course, how);
  return decodeSafetensors(encodeSafetensors(tensors, metadata));
};

test('a training is put back where another was: what trains, the moments, the step, the losses and the order of the pictures', () => {
  const first = courseOf(2);
  const other = courseOf(70);
  expect(all(other)).not.toEqual(all(first));
  expect(putBack(other, throughAFile(first))).toEqual(reached);
  const wanted = all(first) as [readonly (readonly [string, Trained][])[], unknown];
  for (const one of wanted[0].flat()) one[1].moments.step = 2;
  expect(all(other)).toEqual(wanted);
  expect(other.followed()).toBe(1);
});

test('a snapshot is not changed by what is trained after it', () => {
  const course = courseOf(2);
  const snapshot = snapshotOf(course, reached);
  const before = structuredClone(snapshot);
  for (const { trained } of course.updates) for (const { values } of trained.values()) values.fill(9);
  expect(snapshot).toEqual(before);
});

test.each([
  ['of larger things', courseOf(2, [4, 2, 4])],
  ['of smaller things', courseOf(2, [3, 2, 3])],
  ['of fewer things', { ...courseOf(2), updates: courseOf(2).updates.slice(1) }],
  ['of more things', { ...courseOf(2), updates: [...courseOf(2).updates, ...courseOf(2).updates] }],
])('a snapshot %s is none of this training, which stays as it was', (_, course) => {
  const [other, same] = [courseOf(70), courseOf(70)];
  expect(putBack(other, throughAFile(course))).toBeUndefined();
  expect([all(other), other.followed()]).toEqual([all(same), 0]);
});

test('one with more or fewer losses than steps is none', () => {
  for (const step of [1, 3]) {
    const torn = throughAFile(courseOf(2), { ...reached, step });
    expect(putBack(courseOf(70), torn)).toBeUndefined();
  }
});
