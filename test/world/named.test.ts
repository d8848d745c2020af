import { expect, test } from 'vitest';
import {
  type Attributes,
  attributesOf,
  captionsFor,
  type Named,
  namedIn,
  sampleDrawing,
  seededRandom,
} from '../../src/world/index.ts';

const named: readonly (readonly [string, Named])[] = [
  ['a picture of a dog', { figures: [{ class: 'dog' }] }],
  [
    'a photo of a red spotted cat with blue ears and a pink collar at the beach in chalk style',
    {
      figures: [
        { class: 'cat', bodyColour: 'red', pattern: 'spots', accentColour: 'blue', collarColour: 'pink' },
      ],
      scene: 'beach',
      style: 'chalk',
    },
  ],
  [
    'a bird with yellow patches wearing a white tall hat with a teal band and a scarf by the sea',
    {
      figures: [
        {
          class: 'bird',
          pattern: 'patches',
          secondColour: 'yellow',
          hat: 'top',
          hatColour: 'white',
          hatTrimColour: 'teal',
          scarfPattern: 'any',
        },
      ],
      scene: 'beach',
    },
  ],
  [
    'a dog with floppy white ears and a collar wearing a striped hat playing with a ball with red spots in winter snow',
    {
      figures: [
        {
          class: 'dog',
          ears: 'floppy',
          accentColour: 'white',
          hat: 'any',
          hatPattern: 'stripes',
          ballPattern: 'spots',
          ballTrimColour: 'red',
        },
      ],
      scene: 'snow',
    },
  ],
  [
    'a car with grey wheels and a ball with yellow spots next to a black spotted cat in town',
    {
      figures: [
        { class: 'car', accentColour: 'grey', ballPattern: 'spots', ballTrimColour: 'yellow' },
        { class: 'cat', bodyColour: 'black', pattern: 'spots' },
      ],
      scene: 'city',
    },
  ],
  [
    'a red dog and a tree with stripes in flat colour style',
    {
      figures: [
        { class: 'dog', bodyColour: 'red' },
        { class: 'tree', pattern: 'stripes' },
      ],
      style: 'plain',
    },
  ],
  ['a beach with a palm tree in watercolor style', { figures: [], scene: 'beach', style: 'watercolour' }],
  ['an orange woolly hat', { figures: [{ hat: 'beanie', hatColour: 'orange' }] }],
];

test.each(named)('in “%s” is named what it says', (caption, wanted) => {
  expect(namedIn(caption)).toEqual(wanted);
});

/** The claims that the picture does not show, the figures being taken in the order that suits them best. */
function untrue({ figures, scene, style }: Named, { left, right, ...whole }: Attributes): readonly string[] {
  const wrongIn = (said: Named['figures'][number] | undefined, shown: Attributes['left']) =>
    Object.entries(said ?? {}).filter(([name, value]) => {
      const seen = shown[name as keyof typeof shown];
      return value === 'any' ? seen === 'none' : seen !== value;
    });
  const [first, second] = figures;
  const orders = [
    [...wrongIn(first, left), ...wrongIn(second, right)],
    [...wrongIn(first, right), ...wrongIn(second, left)],
  ].sort((a, b) => a.length - b.length);
  return [
    ...orders[0]!.map((claim) => claim.join(' ')),
    ...(scene && scene !== whole.scene ? [scene] : []),
    ...(style && style !== whole.style ? [style] : []),
  ];
}

const count = (text: string, words: RegExp) => text.match(words)?.length ?? 0;

/** What of a caption was overheard, as far as a look at its single words tells. */
function missed(caption: string, said: Named): readonly string[] {
  const text = caption.replace('palm tree', '');
  const names = said.figures.flatMap((figure) => Object.keys(figure));
  const checks = {
    colours: [
      names.filter((name) => name.endsWith('Colour')).length,
      count(text, /\b(red|orange|yellow|green|teal|blue|purple|pink|brown|black|white|grey)\b/g),
    ],
    classes: [
      names.filter((name) => name === 'class').length,
      count(text, /\b(dog|cat|horse|lighthouse|bird|house|car|tree)\b/g),
    ],
    scene: [
      Number(said.scene !== undefined),
      Number(/\b(park|snow|beach|sea|city|town|night|desert|forest)\b/.test(text)),
    ],
    style: [
      Number(said.style !== undefined),
      Number(/\b(pencil|neon|watercolou?r|mosaic|chalk|sketchbook|flat)\b/.test(text)),
    ],
  };
  return Object.entries(checks).flatMap(([what, [heard, spoken]]) => (heard === spoken ? [] : [what]));
}

test('what captions name is what their drawings show, and no colour, class, scene or style goes unnoticed', () => {
  const random = seededRandom(17);
  const wrong: string[] = [];
  let two = 0;
  for (let i = 0; i < 2000; i++) {
    const drawing = sampleDrawing(random);
    const caption = captionsFor(drawing, random);
    const said = namedIn(caption);
    const faults = [...untrue(said, attributesOf(drawing)), ...missed(caption, said)];
    if (faults.length > 0) wrong.push(`${caption}: ${faults.join(', ')}`);
    two += Number(said.figures.length === 2);
  }
  expect(wrong).toEqual([]);
  expect(two).toBeGreaterThan(200);
});
