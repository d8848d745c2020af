import { expect, test } from 'vitest';
import { createRandom } from '../../../src/random.ts';
import { plan } from './deeds.ts';

const plans = (seed: number) => {
  const random = createRandom(seed, 1);
  return Array.from({ length: 400 }, () => plan(random));
};

test('a seed repeats what somebody does, another seed does not, and all of it comes up', () => {
  expect(plans(1)).toEqual(plans(1));
  expect(plans(2)).not.toEqual(plans(1));
  const kinds = new Set(plans(1).map(({ deed }) => deed.kind));
  expect([...kinds].sort()).toEqual(['again', 'ask', 'cancel', 'export', 'forget', 'imagine', 'teach']);
});
