import { describe, expect, test } from 'vitest';
import { curveChart, curveOf } from '../../src/evaluation/curve.ts';
import { inPaperOrder, printedName } from '../../src/evaluation/print.ts';
import type {
  ConceptScore,
  LessonRecord,
  MultiScore,
  StopRecord,
  StreamRecord,
} from '../../src/evaluation/records.ts';
import { boundOf, changesIn, rowOf } from '../../src/evaluation/summary.ts';
import { tableOf } from '../../src/evaluation/table.ts';

const lesson = (token: string, seconds: number): LessonRecord => ({
  commit: 'abc',
  token,
  classWord: 'dog',
  seed: 1,
  seconds,
  steps: 300,
  neurons: 10,
  lossFirst: 1,
  lossLast: 0.5,
  bytes: 2000,
});

const score = (token: string, fidelity: number): ConceptScore => ({
  token,
  classWord: 'dog',
  clipI: fidelity - 10,
  clipT: fidelity + 10,
  fidelity,
  attributes: {},
  prompts: [],
});

const multi = (tokens: readonly string[], fidelity: number): MultiScore => ({
  text: '',
  tokens: [...tokens],
  clipI: fidelity + 1,
  clipT: fidelity + 2,
  fidelity,
  worst: fidelity - 20,
  concepts: [],
});

const leak = (token: string, base: number, taught: number) => ({
  token,
  classWord: 'dog',
  share: { base, taught },
  all: { base: 0, taught: 0 },
});

const stop = (
  taught: number,
  scores: readonly ConceptScore[],
  more: Partial<StopRecord> = {},
): StopRecord => ({
  commit: 'abc',
  taught,
  seconds: 1,
  composing: { bytes: 1000 * taught, seconds: taught },
  concepts: [...scores],
  ...more,
});

const drift = (base: number, taught: number): NonNullable<StopRecord['drift']> => ({
  fidelity: { base, taught },
  clipT: { base: 0, taught: 0 },
  likeness: 97,
  prompts: [],
});

/** Three concepts, measured after the second and the third; the first falls from 90 to 80 and 60, the second from 70 to 75. */
const stream: StreamRecord = {
  method: 'cns',
  order: 1,
  lessons: [lesson('<new1>', 10), lesson('<new2>', 20), lesson('<new3>', 30)],
  stops: [
    stop(1, [score('<new1>', 90)]),
    stop(2, [score('<new1>', 80), score('<new2>', 70)], { drift: drift(95, 94) }),
    stop(3, [score('<new1>', 60), score('<new2>', 75), score('<new3>', 100)], {
      drift: drift(95, 93),
      leaks: [leak('<new1>', 10, 30), leak('<new2>', 20, 25), leak('<new3>', 0, 0)],
      multi: [multi(['<new1>', '<new2>'], 80), multi(['<new1>', '<new3>'], 60), multi(['a', 'b', 'c'], 40)],
    }),
  ],
};

describe('a method’s row', () => {
  test('tells how the concepts are after the last lesson, and what each lost since its own', () => {
    expect(changesIn(stream)).toEqual([
      { token: '<new1>', rightAfter: 90, atLast: 60 },
      { token: '<new2>', rightAfter: 70, atLast: 75 },
      { token: '<new3>', rightAfter: 100, atLast: 100 },
    ]);
    const row = rowOf('cns', [stream]);
    const meanAtLast = (60 + 75 + 100) / 3;
    expect(row.single.fidelity).toBeCloseTo(meanAtLast, 6);
    expect(row.single.clipI).toBeCloseTo(meanAtLast - 10, 6);
    expect(row.single.clipT).toBeCloseTo(meanAtLast + 10, 6);
    expect(row.forgetting.rightAfter).toBeCloseTo((90 + 70 + 100) / 3, 6);
    expect(row.forgetting.first).toEqual({ rightAfter: 90, atLast: 60 });
    expect(row.forgetting.mostLost).toBe(30);
  });

  test('tells how several are together by their number, what drifts, what leaks and what it all costs', () => {
    const row = rowOf('cns', [stream]);
    expect(row.multi).toEqual({
      clipI: 61,
      clipT: 62,
      fidelity: { 2: 70, 3: 40 },
      worst: { 2: 50, 3: 20 },
    });
    expect(row.composing).toEqual({ bytes: 3000, seconds: 3 });
    expect(row.drift).toEqual({ base: 95, taught: 93, likeness: 97 });
    expect(row.leaks.base).toBe(10);
    expect(row.leaks.taught).toBeCloseTo(55 / 3, 6);
    expect(row.leaks.mostGained).toBe(20);
    expect(row.teaching).toEqual({ seconds: 20, bytes: 2000 });
  });

  test('is the mean over orders', () => {
    const other: StreamRecord = {
      ...stream,
      order: 2,
      stops: [
        ...stream.stops.slice(0, 2),
        { ...stream.stops[2]!, concepts: [score('<new1>', 80), score('<new2>', 75), score('<new3>', 100)] },
      ],
    };
    const row = rowOf('cns', [stream, other]);
    expect(row.orders).toBe(2);
    expect(row.forgetting.first).toEqual({ rightAfter: 90, atLast: 70 });
    expect(row.forgetting.mostLost).toBe(20);
    expect(row.single.fidelity).toBeCloseTo((235 / 3 + 255 / 3) / 2, 6);
  });

  test('has no numbers for several together where none were', () => {
    const alone = { ...stream, stops: stream.stops.map(({ multi: _, ...rest }) => rest) };
    expect(rowOf('cns', [alone]).multi).toBeNull();
  });
});

describe('what methods are held against', () => {
  const measured = {
    commit: 'abc',
    concepts: [score('<new1>', 90), score('<new2>', 70)],
    multi: [
      [multi(['a', 'b'], 80)],
      [multi(['a', 'b'], 40), multi(['a', 'b', 'c'], 50)],
      [multi(['a', 'b'], 10)],
    ],
  };

  test('is as good at several concepts as in the orders that methods were measured in', () => {
    expect(boundOf(measured, [1]).multi).toMatchObject({ clipI: 81, clipT: 82, fidelity: { 2: 80 } });
    const both = boundOf(measured, [1, 2]);
    expect(both.multi).toMatchObject({ clipI: (81 + 46) / 2, fidelity: { 2: 60, 3: 50 } });
    expect(both.single).toEqual({ clipI: 70, clipT: 90, fidelity: 80 });
  });
});

describe('the table', () => {
  const head = {
    command: 'npm run eval',
    commits: ['0123456789abcdef'],
    model: 'm'.repeat(64),
    clip: 'c'.repeat(64),
    reader: 'r'.repeat(64),
    concepts: 3,
    orders: 1,
  };
  const free = {
    ...stream,
    stops: stream.stops.map((one) => ({ ...one, composing: { bytes: 0, seconds: 0 } })),
  };
  const text = tableOf(head, [rowOf('c-lora', [stream]), rowOf('cns', [free])]);

  test('has the paper’s columns, a row a method, and zeros where composing is free', () => {
    expect(text).toContain(
      [
        '| method | single CLIP-I | single CLIP-T | multi CLIP-I | multi CLIP-T | memory | time |',
        '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
        '| C-LoRA | 68.33 | 88.33 | 61.00 | 62.00 | 3.0 kB | 3.00 s |',
        '| CNS | 68.33 | 88.33 | 61.00 | 62.00 | 0 | 0 |',
      ].join('\n'),
    );
  });

  test('tells what is forgotten, what drifts, and a dash where nothing was measured', () => {
    expect(text).toContain('| CNS | 78.33 | 86.67 | 90.00 → 60.00 | 30.00 | 70.00 | 40.00 | – |');
    expect(text).toContain('| CNS | 95.00 → 93.00 | 97.00 | 10.00 → 18.33 | 20.00 | 20.0 s | 2.0 kB |');
  });

  test('has what methods are held against by the same columns, and not a word of it where it is not measured', () => {
    const { single, multi } = rowOf('cns', [stream]);
    const held = tableOf(head, [rowOf('cns', [free])], [{ bound: 'itself', single, multi }]);
    expect(held).toContain(
      '| true drawings of the prompts | 68.33 | 88.33 | 61.00 | 62.00 | 78.33 | 70.00 | 40.00 | – |',
    );
    expect(text).not.toContain('## What these numbers can be');
  });

  test('says of a mean over fewer orders than there are that it is one', () => {
    const part = tableOf({ ...head, orders: 3 }, [
      rowOf('c-lora', [stream, stream, stream]),
      rowOf('cns', [free]),
    ]);
    expect(part).toContain('| C-LoRA |');
    expect(part.match(/\| CNS \(1 of 3 orders\) \|/g)).toHaveLength(3);
  });

  test('says what made it, and whether its code was changed after the commit', () => {
    const dirty = `${'0123456789ab'.padEnd(40, 'c')}-dirty`;
    expect(tableOf({ ...head, commits: [dirty] }, [])).toContain('at commit 0123456789ab-dirty, model');
    expect(text).toContain('`npm run eval` at commit 0123456789ab, model mmmmmmmmmmmm');
  });

  test('has the paper’s methods in its order, and others behind', () => {
    expect(inPaperOrder(['zebra', 'cns', 'c-lora', 'mix-of-show', 'alpaca', 'textual-inversion'])).toEqual([
      'textual-inversion',
      'mix-of-show',
      'c-lora',
      'cns',
      'alpaca',
      'zebra',
    ]);
    expect([printedName('mix-of-show'), printedName('zebra')]).toEqual(['Mix-of-Show', 'zebra']);
  });
});

describe('the forgetting curve', () => {
  const curve = curveOf('cns', [stream]);

  test('follows the concepts taught by the first checkpoint, from right after their lessons on', () => {
    expect(curve.firstConcepts).toEqual([
      { taught: 0, fidelity: 80 },
      { taught: 2, fidelity: 75 },
      { taught: 3, fidelity: 67.5 },
    ]);
  });

  test('and all concepts so far', () => {
    expect(curve.all.map(({ taught }) => taught)).toEqual([2, 3]);
    expect(curve.all.map(({ fidelity }) => fidelity)).toEqual([75, expect.closeTo(235 / 3, 6)]);
  });

  test('is drawn with the better shares higher up, in one colour a method', () => {
    const worse = { ...curve, method: 'c-lora', all: curve.all.map((point) => ({ ...point, fidelity: 65 })) };
    const chart = curveChart([curve, worse], printedName);
    const dots = [...chart.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="3" fill="(#\w+)"/g)].map(
      ([, x, y, colour]) => ({ x: Number(x), y: Number(y), colour }),
    );
    expect(dots).toHaveLength(10);
    const colours = [...new Set(dots.map(({ colour }) => colour))];
    expect(colours).toHaveLength(2);
    const right = dots.filter(({ x }) => x > 410);
    const heights = (colour: string | undefined) =>
      right.filter((dot) => dot.colour === colour).map(({ y }) => y);
    expect(Math.max(...heights(colours[0]))).toBeLessThan(Math.min(...heights(colours[1])));
    // 65 lies half way between the lines of 60, the lowest, and 70.
    const lines = [...chart.matchAll(/<path d="M420 ([\d.]+)h/g)].map(([, y]) => Number(y));
    expect(lines).toHaveLength(5);
    expect(heights(colours[1])[0]).toBeCloseTo(((lines[0] as number) + (lines[1] as number)) / 2, 0);
  });
});
