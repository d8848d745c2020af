import { describe, expect, test } from 'vitest';
import { lessonSeed, orderedConcepts, picturesAt, type Stop, stopsOf } from '../../src/evaluation/plan.ts';
import {
  ablationEvaluation,
  fullEvaluation,
  quickAblationEvaluation,
  quickEvaluation,
} from '../../src/evaluation/settings.ts';
import { evaluationConcepts } from '../../src/world/index.ts';

const all = evaluationConcepts();
const order = (number: number, settings = fullEvaluation) => orderedConcepts(all, settings, number);
const tokens = (concepts: readonly { readonly token: string }[]) => concepts.map(({ token }) => token);

describe('the full evaluation', () => {
  const stops = stopsOf(order(1), fullEvaluation);

  test('teaches twenty concepts in three orders, all of them in each', () => {
    expect(fullEvaluation.orders).toBe(3);
    const orders = [1, 2, 3].map((number) => tokens(order(number)));
    expect(orders[0]).toEqual(Array.from({ length: 20 }, (_, i) => `<new${i + 1}>`));
    for (const own of orders) expect([...own].sort()).toEqual([...(orders[0] as string[])].sort());
    expect(new Set(orders.map(String)).size).toBe(3);
    expect(new Set(orders.map(([first]) => first)).size).toBe(3);
    expect(tokens(order(2))).toEqual(orders[1]);
  });

  test('measures each concept right after its lesson, and all so far after the 5th, 10th, 15th and 20th', () => {
    for (const { position, concept, measured } of stops) {
      const wanted = position % 5 === 0 ? order(1).slice(0, position) : [concept];
      expect([position, tokens(measured)]).toEqual([position, tokens(wanted)]);
    }
    const at = (kept: (stop: Stop) => boolean) => stops.filter(kept).map(({ position }) => position);
    expect(at(({ checkpoint }) => checkpoint)).toEqual([5, 10, 15, 20]);
    expect(at(({ last }) => last)).toEqual([20]);
    expect(fullEvaluation.driftPrompts).toBe(200);
  });

  test('draws as many pictures as it says', () => {
    const count = (position: number) => picturesAt(stops[position - 1] as Stop, fullEvaluation);
    expect(count(1)).toBe(16);
    // Five concepts; two hundred prompts; two prompts of four pictures for dog, lighthouse, pencil, hat and park.
    expect(count(5)).toBe(5 * 16 + 200 + 5 * 8);
    expect(count(20)).toBe(20 * 16 + 200 + 16 * 8 + 24 * 4);
  });
});

test('the quick one teaches the demo’s seven in their order, and measures all after the 5th and the last', () => {
  expect([quickEvaluation.concepts, quickEvaluation.orders]).toEqual([7, 1]);
  const stops = stopsOf(order(1, quickEvaluation), quickEvaluation);
  expect(stops.map(({ measured }) => measured.length)).toEqual([1, 1, 1, 1, 5, 1, 7]);
  expect(stops.at(-1)).toMatchObject({ position: 7, checkpoint: true, last: true });
});

test('a lesson’s seed is the chat’s in the first order, and another in every other', () => {
  const [first] = all as [(typeof all)[number]];
  expect([1, 2, 3].map((number) => lessonSeed(first, number))).toEqual([1, 1001, 2001]);
  const seeds = [1, 2, 3].flatMap((number) => all.map((concept) => lessonSeed(concept, number)));
  expect(new Set(seeds).size).toBe(60);
});

test('an ablation teaches a dog, a hat, a style, a place and a second dog, and measures all after the last', () => {
  const named = (settings = ablationEvaluation) => order(1, settings).map(({ classWord }) => classWord);
  expect(named()).toEqual(['dog', 'hat', 'pencil', 'park', 'dog']);
  expect(named(quickAblationEvaluation)).toEqual(['dog', 'hat', 'dog']);
  for (const settings of [ablationEvaluation, quickAblationEvaluation]) {
    expect(settings.concepts).toBe(named(settings).length);
    const stops = stopsOf(order(1, settings), settings);
    expect(stops.map(({ measured }) => measured.length)).toEqual([
      ...Array(settings.concepts - 1).fill(1),
      settings.concepts,
    ]);
  }
});
