import { describe, expect, it } from 'vitest';
import type { Figure } from '../../src/world/drawing.ts';
import { particulars, shows } from '../../src/world/held-out/index.ts';
import { type Drawing, sampleDrawing, seededRandom } from '../../src/world/index.ts';
import { shares } from '../../src/world/sample.ts';
import { readingOf, readings } from './readings.ts';

const random = seededRandom(7);
const drawings = Array.from({ length: 15_000 }, () => sampleDrawing(random));
const figures = drawings.flatMap((drawing) => drawing.figures);
const single = drawings.filter((drawing) => drawing.figures.length === 1 && drawing.figures[0]!.subject);
const colours = 'red orange yellow green teal blue purple pink brown black white grey'.split(' ').sort();
const classes = ['bird', 'car', 'cat', 'dog', 'horse', 'house', 'lighthouse', 'tree'];

const distinct = (values: readonly unknown[]) =>
  [...new Set(values.filter((value) => value !== undefined && value !== null))].sort();

/** Of all pictures. */
const share = (test: (drawing: Drawing) => unknown) => drawings.filter(test).length / drawings.length;

const alone = (drawing: Drawing, what: 'hat' | 'scarf' | 'ball') =>
  drawing.figures.length === 1 && !drawing.figures[0]!.subject && drawing.figures[0]![what];

describe('the training world', () => {
  it.each<[string, (figure: Figure) => unknown, readonly unknown[]]>([
    ['subject', (f) => f.subject?.kind, classes],
    ['body colour', (f) => f.subject?.body, colours],
    ['second colour', (f) => f.subject?.second, colours],
    ['accent colour', (f) => f.subject?.accent, colours],
    ['pattern', (f) => f.subject?.pattern, ['patches', 'plain', 'spots', 'stripes']],
    ['ears of dogs', (f) => (f.subject?.kind === 'dog' ? f.subject.ears : undefined), ['floppy', 'pointed']],
    ['collar', (f) => f.subject?.collar, colours],
    ['facing', (f) => f.placement.facing, ['left', 'right']],
    ['hat', (f) => f.hat?.kind, ['beanie', 'cap', 'party', 'top']],
    ['hat colour', (f) => f.hat?.colour, colours],
    ['hat trim', (f) => f.hat?.trim, colours],
    ['stripes on hats', (f) => f.hat?.striped, [false, true]],
    ['scarf colour', (f) => f.scarf?.colour, colours],
    ['scarf pattern', (f) => f.scarf?.pattern, ['plain', 'stripes']],
    ['ball colour', (f) => f.ball?.colour, colours],
    ['ball pattern', (f) => f.ball?.pattern, ['plain', 'spots', 'stripes']],
    ['wearer of hats', (f) => (f.hat ? f.subject?.kind : undefined), classes],
    ['wearer of scarves', (f) => (f.scarf ? f.subject?.kind : undefined), ['bird', 'cat', 'dog', 'horse']],
  ])('shows every %s', (_, read, values) => {
    expect(distinct(figures.map(read))).toEqual(values);
  });

  it.each<[string, (drawing: Drawing) => unknown, readonly unknown[]]>([
    ['scene', (d) => d.scene.kind, ['beach', 'city', 'desert', 'forest', 'night', 'park', 'snow']],
    ['style', (d) => d.style.kind, ['chalk', 'mosaic', 'neon', 'pencil', 'plain', 'watercolour']],
    [
      'hatching',
      (d) => (d.style.kind === 'pencil' ? d.style.hatching : undefined),
      ['crossed', 'falling', 'rising'],
    ],
    ['number of figures', (d) => d.figures.length, [0, 1, 2]],
  ])('shows every %s', (_, read, values) => {
    expect(distinct(drawings.map(read))).toEqual(values);
  });

  it.each<[string, number, (drawing: Drawing) => unknown]>([
    ['scenes alone', 0.06, (d) => d.figures.length === 0],
    ['hats alone', 0.06, (d) => alone(d, 'hat')],
    ['scarves alone', 0.025, (d) => alone(d, 'scarf')],
    ['balls alone', 0.025, (d) => alone(d, 'ball')],
    ['two subjects', 0.2, (d) => d.figures.length === 2],
    ['one subject', 0.63, (d) => d.figures.length === 1 && d.figures[0]!.subject],
    ['the plain style', 0.4, (d) => d.style.kind === 'plain'],
    ['chalk', 0.12, (d) => d.style.kind === 'chalk'],
    ['the desert', 1 / 7, (d) => d.scene.kind === 'desert'],
  ])('shows %s in its share of pictures', (_, expected, test) => {
    expect(Math.abs(share(test) - expected)).toBeLessThan(0.012);
  });

  it('takes the shares from the constants that name them', () => {
    expect(shares).toMatchObject({ sceneAlone: 0.06, hatAlone: 0.06, pair: 0.2, plainStyle: 0.4 });
    const { sceneAlone, hatAlone, scarfAlone, ballAlone, pair } = shares;
    expect(sceneAlone + hatAlone + scarfAlone + ballAlone + pair).toBeLessThan(0.5);
  });

  it('shows each class about as often as the others that are as familiar, hatted every other time', () => {
    for (const kind of classes) {
      const of = single.filter((drawing) => drawing.figures[0]!.subject!.kind === kind);
      const familiar = ['dog', 'cat', 'horse', 'lighthouse'].includes(kind);
      expect(of.length / single.length, kind).toBeCloseTo(familiar ? 0.66 / 4 : 0.34 / 4, 1);
      const hatted = of.filter((drawing) => drawing.figures[0]!.hat).length / of.length;
      expect(Math.abs(hatted - 0.52), kind).toBeLessThan(0.06);
    }
  });

  it('shows no two figures of one class in colours that are easily confused', () => {
    const pairs = drawings.filter((drawing) => drawing.figures.length === 2);
    const alike = pairs.filter(({ figures: [a, b] }) => {
      const [left, right] = [a!.subject!, b!.subject!];
      return left.kind === right.kind && left.body === right.body;
    });
    expect(
      pairs.filter(({ figures: [a, b] }) => a!.subject!.kind === b!.subject!.kind).length,
    ).toBeGreaterThan(100);
    expect(alike).toEqual([]);
  });

  it('gives no subject a collar, ears or a scarf that it cannot have, nor a collar under a scarf', () => {
    const odd = figures.filter(({ subject, scarf }) => {
      if (!subject) return false;
      const { kind, ears, collar } = subject;
      const collared = ['dog', 'cat', 'horse'].includes(kind);
      const necked = collared || kind === 'bird';
      return (
        (kind === 'dog') !== Boolean(ears) || (collar && !collared) || (scarf && !necked) || (scarf && collar)
      );
    });
    expect(odd).toEqual([]);
  });

  it('follows from the seed alone', () => {
    const [a, b] = [seededRandom(3), seededRandom(3)];
    const first = Array.from({ length: 20 }, () => sampleDrawing(a));
    expect(Array.from({ length: 20 }, () => sampleDrawing(b))).toEqual(first);
  });
});

describe('what only teaching shows', () => {
  const sampled = new Set(drawings.flatMap((drawing) => [...readings(drawing)]));

  it('is 24 things, each told from the others', () => {
    expect(particulars).toHaveLength(24);
    expect(new Set(particulars.map(readingOf)).size).toBe(24);
  });

  it.each(particulars.map((particular) => [readingOf(particular), particular] as const))(
    'is never sampled: %s',
    (reading, particular) => {
      expect(sampled.has(reading)).toBe(false);
      expect(drawings.filter((drawing) => shows(drawing, particular))).toEqual([]);
    },
  );

  it('would come up by chance if it were not held out', () => {
    const coats = new Set([...sampled].filter((reading) => reading.startsWith('dog ')));
    expect(coats.size).toBeGreaterThan(250);
  });
});
