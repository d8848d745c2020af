import type { Uniform } from '../random.ts';
import type { Drawing, Figure, Style, Subject } from './drawing.ts';
import { blossomPark } from './held-out/scenes.ts';
import { bluePencil } from './held-out/styles.ts';
import { beeLighthouse, dalmatian, spottedDog, tealHorse } from './held-out/subjects.ts';
import { stripedTopHat } from './held-out/things.ts';
import type { SceneKind, SubjectKind } from './kinds.ts';
import { pick, seededRandom, times } from './random.ts';
import { familiarKinds, figureOf, sampleScene, sampleSubject } from './sample.ts';
import { styles } from './styles/index.ts';

/** One particular thing to teach: five drawings that have it in common and differ in everything else. */
export interface DemoConcept {
  readonly token: string;
  readonly classWord: string;
  readonly kind: 'subject' | 'style' | 'scene';
  readonly description?: string;
  readonly drawings: readonly Drawing[];
}

export const conceptPictures = 5;

/** The sketchbook's own style. */
export function plainStyle(random: Uniform): Style {
  return { kind: 'plain', ...styles.plain.sample(random) };
}

function subjectOfKind(random: Uniform, kind: SubjectKind): Subject {
  for (;;) {
    const subject = sampleSubject(random, pick(random, familiarKinds));
    if (subject.kind === kind) return subject;
  }
}

/** A plain picture in a scene of the given kind; what stands in it is sampled last. */
function pictureIn(random: Uniform, scene: SceneKind, parts: () => Partial<Figure> = () => ({})): Drawing {
  const figure = figureOf(random, {});
  const rest = { scene: sampleScene(random, scene), style: plainStyle(random) };
  return { figures: [{ ...figure, ...parts() }], ...rest };
}

/** Where the drawings of the demo are set. */
export const conceptScenes = [
  'park',
  'snow',
  'beach',
  'city',
  'night',
] as const satisfies readonly SceneKind[];

function picturesOf(subject: Subject, seed: number): Drawing[] {
  const random = seededRandom(seed);
  return times(conceptPictures, (i) => pictureIn(random, conceptScenes[i]!, () => ({ subject })));
}

function picturesInStyle(style: Style, seed: number): Drawing[] {
  const random = seededRandom(seed);
  const kinds = ['horse', 'cat', 'lighthouse', 'dog', 'horse'] as const;
  return times(conceptPictures, (i) => ({
    ...pictureIn(random, conceptScenes[i]!, () => ({ subject: subjectOfKind(random, kinds[i]!) })),
    style,
  }));
}

function picturesWithHat(seed: number): Drawing[] {
  const random = seededRandom(seed);
  const kinds = ['cat', 'dog', null, 'horse', 'lighthouse'] as const;
  return times(conceptPictures, (i) => {
    const kind = kinds[i]!;
    const subject = kind === null ? null : subjectOfKind(random, kind);
    return pictureIn(random, conceptScenes[i]!, () => ({ subject, hat: stripedTopHat }));
  });
}

function picturesInPark(seed: number): Drawing[] {
  const random = seededRandom(seed);
  const kinds = ['cat', 'horse', null, 'dog', 'lighthouse'] as const;
  return kinds.map((kind) => {
    const picture = pictureIn(random, 'park', () =>
      kind === null ? {} : { subject: subjectOfKind(random, kind) },
    );
    return { ...picture, figures: kind === null ? [] : picture.figures, scene: blossomPark.sample(random) };
  });
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
