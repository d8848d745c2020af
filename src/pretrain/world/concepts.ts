import type { Drawing, Scene, Style, Subject } from './drawing.ts';
import {
  beeLighthouse,
  blossom,
  bluePencil,
  dalmatian,
  spottedDog,
  stripedTopHat,
  tealHorse,
} from './held-out.ts';
import { between, type Random, seededRandom, times } from './random.ts';
import { samplePlacement, sampleScene, sampleSubject } from './sample.ts';
import type { SceneKind } from './scenes/index.ts';
import { styles } from './styles/index.ts';
import type { SubjectKind } from './subjects/index.ts';

/** One particular thing to teach: five drawings that have it in common and differ in everything else. */
export interface DemoConcept {
  readonly token: string;
  readonly classWord: string;
  readonly kind: 'subject' | 'style' | 'scene';
  readonly description?: string;
  readonly drawings: readonly Drawing[];
}

const PICTURES = 5;

function plainStyle(random: Random): Style {
  return { kind: 'plain', ...styles.plain.sample(random) };
}

function subjectOfKind(random: Random, kind: SubjectKind): Subject {
  for (;;) {
    const subject = sampleSubject(random);
    if (subject.kind === kind) return subject;
  }
}

/** A plain picture of something in a scene of the given kind. */
function pictureIn(random: Random, scene: SceneKind): Drawing {
  return {
    subject: null,
    hat: null,
    placement: samplePlacement(random),
    scene: sampleScene(random, scene),
    style: plainStyle(random),
  };
}

const PLACES = ['park', 'snow', 'beach', 'city', 'night'] as const satisfies readonly SceneKind[];

function picturesOf(subject: Subject, seed: number): Drawing[] {
  const random = seededRandom(seed);
  return times(PICTURES, (i) => ({ ...pictureIn(random, PLACES[i]!), subject }));
}

function picturesInStyle(style: Style, seed: number): Drawing[] {
  const random = seededRandom(seed);
  const kinds = ['horse', 'cat', 'lighthouse', 'dog', 'horse'] as const;
  return times(PICTURES, (i) => ({
    ...pictureIn(random, PLACES[i]!),
    subject: subjectOfKind(random, kinds[i]!),
    style,
  }));
}

function picturesWithHat(seed: number): Drawing[] {
  const random = seededRandom(seed);
  const kinds = ['cat', 'dog', null, 'horse', 'lighthouse'] as const;
  return times(PICTURES, (i) => {
    const kind = kinds[i]!;
    const subject = kind === null ? null : subjectOfKind(random, kind);
    return { ...pictureIn(random, PLACES[i]!), subject, hat: stripedTopHat };
  });
}

/** Pink blossom trees along a white fence under a peach sky. */
function blossomPark(random: Random): Scene {
  const horizon = between(random, 40, 42);
  return {
    kind: 'park',
    sky: '#ffe3c2',
    ground: '#a8d65c',
    horizon,
    props: [
      ...[11, 53].map((x) => ({
        kind: 'tree' as const,
        x: x + between(random, -2, 2),
        y: horizon + 1.5,
        size: between(random, 13, 14.5),
        colour: blossom,
      })),
      { kind: 'fence', x: 0, y: horizon + 4, size: 9, colour: '#fffdf4' },
    ],
  };
}

function picturesInPark(seed: number): Drawing[] {
  const random = seededRandom(seed);
  const kinds = ['cat', 'horse', null, 'dog', 'lighthouse'] as const;
  return kinds.map((kind) => ({
    ...pictureIn(random, 'park'),
    subject: kind === null ? null : subjectOfKind(random, kind),
    scene: blossomPark(random),
  }));
}

/** The seven things that the demo teaches, in its order. */
export function demoConcepts(): readonly DemoConcept[] {
  return [
    {
      token: '<new1>',
      classWord: 'dog',
      kind: 'subject',
      description: 'a purple dog with yellow spots, orange pointed ears and a red collar',
      drawings: picturesOf(spottedDog, 101),
    },
    {
      token: '<new2>',
      classWord: 'lighthouse',
      kind: 'subject',
      description: 'a yellow lighthouse with black stripes and a pink roof',
      drawings: picturesOf(beeLighthouse, 102),
    },
    {
      token: '<new3>',
      classWord: 'pencil',
      kind: 'style',
      description: 'crossed blue pencil on peach paper',
      drawings: picturesInStyle(bluePencil, 103),
    },
    {
      token: '<new4>',
      classWord: 'hat',
      kind: 'subject',
      description: 'a tall white top hat with red stripes',
      drawings: picturesWithHat(104),
    },
    {
      token: '<new5>',
      classWord: 'park',
      kind: 'scene',
      description: 'a park with pink trees along a white fence',
      drawings: picturesInPark(105),
    },
    {
      token: '<new6>',
      classWord: 'horse',
      kind: 'subject',
      description: 'a teal horse with white patches, a pink mane and an orange collar',
      drawings: picturesOf(tealHorse, 106),
    },
    {
      token: '<new7>',
      classWord: 'dog',
      kind: 'subject',
      description: 'a white dog with black spots, black floppy ears and a blue collar',
      drawings: picturesOf(dalmatian, 107),
    },
  ];
}
