import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { type Stop, stopsOf } from '../../src/evaluation/plan.ts';
import { runStream, type StreamParts, type Taught } from '../../src/evaluation/stream.ts';
import type { Composition } from '../../src/personalize/compose.ts';
import type { ConceptWeights } from '../../src/personalize/concept-file.ts';
import { evaluationConcepts } from '../../src/world/index.ts';

const stops = stopsOf(evaluationConcepts().slice(0, 4), { checkpoints: [2] });

const weights = (token: string): ConceptWeights => ({
  method: 'cns',
  token,
  classWord: 'dog',
  kind: 'subject',
  model: 'm',
  embedding: new Float32Array(1),
  heads: new Map(),
  deltas: new Map(),
});

/**
 * A stream that only says what it would do, on a disk that lasts.
 * @param secondsOf what composing so many concepts takes
 */
function recorded(secondsOf = (known: number) => known) {
  const concepts = new Map<number, ConceptWeights>();
  const measures = new Map<number, object>();
  const events: string[] = [];
  let stopBefore: string | undefined;
  const happens = (event: string) => {
    if (event === stopBefore) throw new Error('stopped');
    events.push(event);
  };
  const parts: StreamParts = {
    archive: {
      concept: async (position) => concepts.get(position),
      keepConcept: async (position, { concept }) => void concepts.set(position, concept),
      isMeasured: async (position) => measures.has(position),
      keepMeasures: async (position, record) => void measures.set(position, record),
    },
    async compose(known) {
      happens(`compose ${known.length}`);
      const model = { base: {} as Model, known: known.map(({ token }) => token) };
      return {
        model: model as unknown as Composition['model'],
        cost: { bytes: 10 * known.length, seconds: secondsOf(known.length) },
      };
    },
    async teach({ concept }, known) {
      happens(`teach ${concept.token} after ${known.map(({ token }) => token).join('')}`);
      return { concept: weights(concept.token), record: {} as Taught['record'] };
    },
    async measure({ position }, { model }) {
      happens(`measure ${position} with ${(model as unknown as { known: string[] }).known.length}`);
      return { seconds: 1, concepts: [] };
    },
    onFound: ({ position }: Stop, what) => happens(`found ${what} ${position}`),
  };
  return {
    events,
    measures,
    run: (before?: string) => {
      stopBefore = before;
      events.length = 0;
      return runStream(stops, parts);
    },
  };
}

describe('a stream', () => {
  test('teaches in order, each lesson knowing the earlier concepts, and measures the model of all so far', async () => {
    const { run, events, measures } = recorded();
    const known = await run();
    expect(known.map(({ token }) => token)).toEqual(['<new1>', '<new2>', '<new3>', '<new4>']);
    expect(events.filter((event) => !event.startsWith('compose'))).toEqual([
      'teach <new1> after ',
      'measure 1 with 1',
      'teach <new2> after <new1>',
      'measure 2 with 2',
      'teach <new3> after <new1><new2>',
      'measure 3 with 3',
      'teach <new4> after <new1><new2><new3>',
      'measure 4 with 4',
    ]);
    expect(measures.get(4)).toEqual({
      seconds: 1,
      concepts: [],
      taught: 4,
      composing: { bytes: 40, seconds: 4 },
    });
  });

  test('composes a model once for each number of concepts', async () => {
    const { run, events } = recorded(() => 0);
    await run();
    const composed = events.filter((event) => event.startsWith('compose'));
    expect(composed).toEqual([0, 1, 2, 3, 4].map((count) => `compose ${count}`));
  });

  test('composes all concepts five times, where it takes any, and tells the median', async () => {
    const seconds = [7, 9, 1, 8, 2];
    const slow = recorded((known) => (known === 4 ? (seconds.shift() as number) : known));
    await slow.run();
    expect(slow.measures.get(4)).toMatchObject({ composing: { bytes: 40, seconds: 7 } });
    expect(slow.events.filter((event) => event.startsWith('compose'))).toEqual(
      [0, 1, 2, 3, 4, 4, 4, 4, 4].map((count) => `compose ${count}`),
    );
  });

  test.each(['teach <new3> after <new1><new2>', 'measure 2 with 2', 'measure 4 with 4'])(
    'that stopped before “%s” goes on there and does nothing twice',
    async (before) => {
      const { run, events } = recorded();
      await expect(run(before)).rejects.toThrow('stopped');
      const first = [...events];
      await run();
      const work = [...first, ...events].filter((event) => /^(teach|measure)/.test(event));
      expect(work).toHaveLength(8);
      expect(new Set(work).size).toBe(8);
      expect(events.filter((event) => /^(teach|measure)/.test(event))[0]).toBe(before);
    },
  );

  test('that is through only finds what it has', async () => {
    const { run, events } = recorded();
    await run();
    expect((await run()).map(({ token }) => token)).toEqual(['<new1>', '<new2>', '<new3>', '<new4>']);
    expect(events.filter((event) => !event.startsWith('found'))).toEqual([]);
    expect(events).toHaveLength(8);
  });
});
