import { describe, expect, it } from 'vitest';
import {
  type Drawing,
  demoConcepts,
  sampleDrawing,
  seededRandom,
} from '../../../src/pretrain/world/index.ts';

const random = seededRandom(7);
const drawings = Array.from({ length: 15_000 }, () => sampleDrawing(random));
const colours = 'red orange yellow green teal blue purple pink brown black white grey'.split(' ').sort();

function valuesOf(read: (drawing: Drawing) => unknown): unknown[] {
  return [...new Set(drawings.map(read).filter((value) => value !== undefined))].sort();
}

describe('the training world', () => {
  it.each<[string, (drawing: Drawing) => unknown, readonly unknown[]]>([
    ['subject', (d) => d.subject?.kind, ['cat', 'dog', 'horse', 'lighthouse']],
    ['body colour', (d) => d.subject?.body, colours],
    ['second colour', (d) => d.subject?.second, colours],
    ['accent colour', (d) => d.subject?.accent, colours],
    ['pattern', (d) => d.subject?.pattern, ['patches', 'plain', 'spots', 'stripes']],
    ['ears of dogs', (d) => (d.subject?.kind === 'dog' ? d.subject.ears : undefined), ['floppy', 'pointed']],
    ['collar', (d) => d.subject?.collar ?? undefined, colours],
    ['facing', (d) => d.placement.facing, ['left', 'right']],
    ['hat', (d) => d.hat?.kind, ['beanie', 'cap', 'party', 'top']],
    ['hat colour', (d) => d.hat?.colour, colours],
    ['hat trim', (d) => d.hat?.trim, colours],
    ['stripes on hats', (d) => d.hat?.striped, [false, true]],
    ['scene', (d) => d.scene.kind, ['beach', 'city', 'night', 'park', 'snow']],
    ['style', (d) => d.style.kind, ['neon', 'pencil', 'plain', 'watercolour']],
    [
      'hatching',
      (d) => (d.style.kind === 'pencil' ? d.style.hatching : undefined),
      ['crossed', 'falling', 'rising'],
    ],
  ])('shows every %s', (_, read, values) => {
    expect(valuesOf(read)).toEqual(values);
  });

  it('shows each subject, with and without hat, about equally often', () => {
    for (const kind of ['dog', 'cat', 'horse', 'lighthouse']) {
      const of = drawings.filter((drawing) => drawing.subject?.kind === kind);
      expect(of.length / drawings.length).toBeCloseTo(0.225, 1);
      expect(of.filter((drawing) => drawing.hat).length / of.length).toBeCloseTo(0.45, 1);
    }
  });

  it('also shows scenes alone and hats alone', () => {
    const alone = drawings.filter((drawing) => !drawing.subject);
    expect(alone.filter((drawing) => drawing.hat).length / drawings.length).toBeCloseTo(0.05, 1);
    expect(alone.filter((drawing) => !drawing.hat).length / drawings.length).toBeCloseTo(0.05, 1);
  });

  it('gives no subject a collar or ears that it cannot have', () => {
    const odd = drawings.filter(
      ({ subject }) =>
        subject &&
        ((subject.kind !== 'dog' && subject.ears) || (subject.kind === 'lighthouse' && subject.collar)),
    );
    expect(odd).toEqual([]);
  });

  it('follows from the seed alone', () => {
    const [a, b] = [seededRandom(3), seededRandom(3)];
    const first = Array.from({ length: 20 }, () => sampleDrawing(a));
    expect(Array.from({ length: 20 }, () => sampleDrawing(b))).toEqual(first);
  });
});

/** What each concept's five drawings have in common, and the training world must not show. */
const particular: readonly ((drawing: Drawing) => unknown)[] = [
  (d) => d.subject && [d.subject.kind, d.subject.body, d.subject.pattern, d.subject.second],
  (d) => d.subject && [d.subject.kind, d.subject.body, d.subject.pattern, d.subject.second],
  (d) => [d.style.paper, d.style.ink],
  (d) => d.hat && [d.hat.kind, d.hat.colour, d.hat.trim, d.hat.striped],
  (d) => [
    d.scene.props.some((prop) => prop.kind === 'fence'),
    d.scene.props.find((prop) => prop.kind === 'tree')?.colour,
  ],
  (d) => d.subject && [d.subject.kind, d.subject.body, d.subject.pattern, d.subject.second],
  (d) => d.subject && [d.subject.kind, d.subject.body, d.subject.pattern, d.subject.second],
];

describe('the demo concepts', () => {
  const concepts = demoConcepts();

  it('are the seven of the design, in its order', () => {
    expect(concepts.map(({ token, classWord, kind }) => [token, classWord, kind])).toEqual([
      ['<new1>', 'dog', 'subject'],
      ['<new2>', 'lighthouse', 'subject'],
      ['<new3>', 'pencil', 'style'],
      ['<new4>', 'hat', 'subject'],
      ['<new5>', 'park', 'scene'],
      ['<new6>', 'horse', 'subject'],
      ['<new7>', 'dog', 'subject'],
    ]);
  });

  it.each(concepts.map((concept, i) => [concept.token, i] as const))(
    'show %s in all five drawings',
    (_, i) => {
      const common = concepts[i]!.drawings.map((drawing) => JSON.stringify(particular[i]!(drawing)));
      expect(common).toHaveLength(5);
      expect(new Set(common).size).toBe(1);
      expect(new Set(concepts[i]!.drawings.map((drawing) => JSON.stringify(drawing))).size).toBe(5);
    },
  );

  it.each(concepts.map((concept, i) => [concept.token, i] as const))('keep %s out of training', (_, i) => {
    const wanted = JSON.stringify(particular[i]!(concepts[i]!.drawings[0]!));
    expect(drawings.filter((drawing) => JSON.stringify(particular[i]!(drawing)) === wanted)).toEqual([]);
  });
});
