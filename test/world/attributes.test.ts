import { describe, expect, it } from 'vitest';
import {
  attributeIndices,
  attributeList,
  attributesOf,
  attributeValues,
} from '../../src/world/attributes.ts';
import type { Drawing, Figure, Style } from '../../src/world/drawing.ts';
import * as places from '../../src/world/held-out/scenes.ts';
import * as paints from '../../src/world/held-out/styles.ts';
import { captionsFor, renderPixels, sampleDrawing, seededRandom } from '../../src/world/index.ts';
import { styles } from '../../src/world/styles/index.ts';

const colours = 'none red orange yellow green teal blue purple pink brown black white grey'.split(' ');
const placement = { x: 0, size: 0.5, facing: 'right' } as const;
const scene = { kind: 'forest', sky: '#1d5238', ground: '#3f5a24', horizon: 44, props: [] } as const;

function styleOf(kind: Style['kind'], changes: Partial<Style> = {}): Style {
  return { kind, ...styles[kind].sample(seededRandom(1)), ...changes };
}

const dog: Figure = {
  subject: {
    kind: 'dog',
    body: 'red',
    second: 'black',
    pattern: 'spots',
    accent: 'brown',
    ears: 'floppy',
    collar: 'teal',
  },
  hat: { kind: 'cap', colour: 'blue', trim: 'grey', striped: true },
  scarf: null,
  ball: { pattern: 'plain', colour: 'pink', trim: 'green' },
  placement,
};
const bird: Figure = {
  subject: {
    kind: 'bird',
    body: 'white',
    second: 'orange',
    pattern: 'plain',
    accent: 'black',
    ears: null,
    collar: null,
  },
  hat: null,
  scarf: { pattern: 'stripes', colour: 'yellow', trim: 'purple' },
  ball: null,
  placement,
};
const pair = (style: Style): Drawing => ({ figures: [dog, bird], scene, style });
/** How many pixels of two drawings of one picture are clearly not the same. */
async function changedPixels(one: Drawing, other: Drawing): Promise<number> {
  const [a, b] = [(await renderPixels(one)).rgb, (await renderPixels(other)).rgb];
  const clearly = (at: number) => [0, 1, 2].some((c) => Math.abs(a[at + c]! - b[at + c]!) >= 24);
  return Array.from({ length: a.length / 3 }, (_, i) => 3 * i).filter(clearly).length;
}

const nothing = Object.fromEntries(
  attributeList.filter(({ name }) => name.startsWith('left.')).map(({ name }) => [name.slice(5), 'none']),
);

describe('the attributes of a drawing', () => {
  it('are listed with all their values', () => {
    const valuesOf = (name: string) => attributeList.find((attribute) => attribute.name === name)?.values;
    for (const slot of ['left', 'right']) {
      expect(valuesOf(`${slot}.class`)).toEqual(
        'none dog cat horse lighthouse bird house car tree'.split(' '),
      );
      for (const part of ['body', 'second', 'accent', 'collar', 'hat', 'hatTrim', 'scarf', 'ball'])
        expect(valuesOf(`${slot}.${part}Colour`), part).toEqual(colours);
      expect(valuesOf(`${slot}.pattern`)).toEqual(['none', 'plain', 'stripes', 'spots', 'patches']);
      expect(valuesOf(`${slot}.hat`)).toEqual(['none', 'party', 'beanie', 'top', 'cap']);
      expect(valuesOf(`${slot}.ears`)).toEqual(['none', 'pointed', 'floppy']);
    }
    expect(valuesOf('scene')).toEqual('park snow beach city night desert forest'.split(' '));
    expect(valuesOf('style')).toEqual('plain pencil neon watercolour mosaic chalk'.split(' '));
    expect(valuesOf('styleParticular')).toEqual(
      'none bluePencil goldMosaic plumChalk roseWatercolour'.split(' '),
    );
    expect(valuesOf('sceneParticular')).toEqual('none blossomPark blackBeach goldForest'.split(' '));
    expect(attributeList).toHaveLength(2 * 17 + 4);
  });

  it('say of each figure what it is and has, and nothing of what a pattern or a scarf hides', () => {
    expect(attributesOf(pair(styleOf('plain')))).toEqual({
      scene: 'forest',
      style: 'plain',
      styleParticular: 'none',
      sceneParticular: 'none',
      left: {
        ...nothing,
        class: 'dog',
        bodyColour: 'red',
        pattern: 'spots',
        secondColour: 'black',
        accentColour: 'brown',
        ears: 'floppy',
        collarColour: 'teal',
        hat: 'cap',
        hatPattern: 'stripes',
        hatColour: 'blue',
        hatTrimColour: 'grey',
        ballPattern: 'plain',
        ballColour: 'pink',
      },
      right: {
        ...nothing,
        class: 'bird',
        bodyColour: 'white',
        pattern: 'plain',
        accentColour: 'black',
        scarfPattern: 'stripes',
        scarfColour: 'yellow',
        scarfTrimColour: 'purple',
      },
    });
  });

  it('are the colours that neon glows in: black and grey look white, brown looks orange', () => {
    const { left, right } = attributesOf(pair(styleOf('neon')));
    expect([left.secondColour, left.accentColour, left.hatTrimColour]).toEqual(['white', 'orange', 'white']);
    expect([left.bodyColour, right.accentColour, right.scarfColour]).toEqual(['red', 'white', 'yellow']);
  });

  it('hide the colours that a style hides: black in chalk, all in grey pencil', () => {
    const chalk = attributesOf(pair(styleOf('chalk')));
    expect([chalk.left.secondColour, chalk.left.accentColour, chalk.left.hatTrimColour]).toEqual([
      'none',
      'brown',
      'grey',
    ]);
    const pencil = attributesOf(pair(styleOf('pencil', { tint: 0 })));
    const seen = Object.entries({ ...pencil.left }).filter(([name]) => name.endsWith('Colour'));
    expect(seen.every(([, value]) => value === 'none')).toBe(true);
    expect([pencil.left.class, pencil.left.pattern, pencil.left.hat]).toEqual(['dog', 'spots', 'cap']);
  });

  it("hide a lighthouse's roof under a hat, and leave a thing by itself without class", () => {
    const tower = { ...bird.subject!, kind: 'lighthouse' as const };
    const hatted: Figure = { ...bird, subject: tower, scarf: null, hat: dog.hat };
    const style = styleOf('plain');
    expect(attributesOf({ figures: [hatted], scene, style }).left.accentColour).toBe('none');
    const hatless = { ...hatted, hat: null };
    expect(attributesOf({ figures: [hatless], scene, style }).left.accentColour).toBe('black');
    const ball = { ...bird, subject: null, scarf: null, ball: dog.ball };
    expect(attributesOf({ figures: [ball], scene, style })).toMatchObject({
      left: { ...nothing, ballPattern: 'plain', ballColour: 'pink' },
      right: nothing,
    });
    expect(attributesOf({ figures: [], scene, style })).toMatchObject({ left: nothing, right: nothing });
  });

  it.each(['beanie', 'top', 'cap', 'party'] as const)(
    'say of ears under a %s what can be seen',
    async (kind) => {
      const under = (changes: Partial<typeof dog.subject>): Drawing => {
        const subject = { ...dog.subject!, ...changes };
        const figure = { ...dog, subject, hat: { ...dog.hat!, kind }, ball: null };
        return { figures: [figure], scene, style: styleOf('plain') };
      };
      for (const ears of ['pointed', 'floppy'] as const) {
        const [brown, teal] = [under({ ears, accent: 'brown' }), under({ ears, accent: 'teal' })];
        const change = await changedPixels(brown, teal);
        const { left } = attributesOf(brown);
        expect([left.ears, left.accentColour]).toEqual(change < 22 ? ['none', 'none'] : [ears, 'brown']);
        expect(change < 22, `${change} pixels of ${ears} ears`).toBe(ears === 'pointed' && kind !== 'party');
      }
    },
  );

  it('name the styles and scenes that only teaching shows', () => {
    const random = seededRandom(3);
    const { blossomPark, blackBeach, goldForest } = places;
    const names = (style: Style, place?: places.ParticularScene) => {
      const drawn: Drawing = { figures: [dog], scene: place?.sample(random) ?? scene, style };
      const { styleParticular, sceneParticular } = attributesOf(drawn);
      return [styleParticular, sceneParticular];
    };
    expect(names(paints.plumChalk)).toEqual(['plumChalk', 'none']);
    expect(names(paints.roseWatercolour, blackBeach)).toEqual(['roseWatercolour', 'blackBeach']);
    expect(names(paints.goldMosaic, goldForest)).toEqual(['goldMosaic', 'goldForest']);
    expect(names(styleOf('neon'), blossomPark)).toEqual(['none', 'blossomPark']);
    expect(names(styleOf('pencil', { tint: 0.6 }), blossomPark)).toEqual(['none', 'blossomPark']);
    expect(names(styleOf('pencil', { tint: 0 }), blossomPark)).toEqual(['none', 'none']);
    expect(names(paints.bluePencil, blossomPark)).toEqual(['bluePencil', 'none']);
  });

  it('have a place in their lists for every drawing, and each of their values a drawing', () => {
    const random = seededRandom(11);
    const drawings = Array.from({ length: 15_000 }, () => sampleDrawing(random));
    const rows = drawings.map(attributeIndices);
    expect(rows.filter((row) => row.length !== attributeList.length || row.includes(-1))).toEqual([]);
    for (const [at, { name, values }] of attributeList.entries())
      expect(new Set(rows.map((row) => row[at])).size, name).toBe(
        name.endsWith('Particular') ? 1 : values.length,
      );
  });

  it('are called left and right, and whole pictures as they are', () => {
    const values = attributeValues(pair(styleOf('plain')));
    expect(Object.keys(values)).toEqual(attributeList.map(({ name }) => name));
    expect(values).toMatchObject({ 'left.hat': 'cap', 'right.scarfColour': 'yellow', scene: 'forest' });
    expect(attributeIndices(pair(styleOf('plain'))).slice(0, 3)).toEqual([1, 1, 3]);
  });

  it('agree with captions about every colour of a subject', () => {
    const random = seededRandom(12);
    const wrong = Array.from({ length: 3000 }, () => sampleDrawing(random)).flatMap((drawing) => {
      const caption = captionsFor(drawing, random);
      const { left, right } = attributesOf(drawing);
      const said = [
        ...caption.matchAll(/(\w+) (?:striped |spotted |patched )?(dog|cat|horse|bird|car|tree)\b/g),
      ];
      return said
        .filter(([, colour = '']) => colours.includes(colour))
        .filter(([, colour, kind]) =>
          [left, right].every((one) => one.class !== kind || one.bodyColour !== colour),
        )
        .map(() => caption);
    });
    expect(wrong).toEqual([]);
  });
});
