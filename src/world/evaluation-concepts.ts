import type { Uniform } from '../random.ts';
import { conceptPictures, conceptScenes, type DemoConcept, demoConcepts, plainStyle } from './concepts.ts';
import type { Drawing, Figure, Subject } from './drawing.ts';
import { type Particular, particulars, shows } from './held-out/index.ts';
import { blackBeach, blossomPark, goldForest } from './held-out/scenes.ts';
import { bluePencil, goldMosaic, plumChalk } from './held-out/styles.ts';
import * as coats from './held-out/subjects.ts';
import { spottedBall, stripedScarf, stripedTopHat } from './held-out/things.ts';
import type { SceneKind } from './kinds.ts';
import { pick, seededRandom, times } from './random.ts';
import { figureOf, sampleScene, sampleSubject } from './sample.ts';
import { sceneKinds } from './scenes/index.ts';
import type { SubjectMaker } from './subject-maker.ts';
import { subjectKinds, subjects } from './subjects/index.ts';
import { canWearScarf } from './things/index.ts';

/** A concept by which a model and a method are judged. */
export interface EvaluationConcept extends DemoConcept {
  readonly particular: Particular;
  /** So many drawings to teach it from: the first of its own, then others in the same places. */
  taughtDrawings(count: number): readonly Drawing[];
  /** Drawings that show it where its taught drawings do not: in other places, or, of a place, with other figures. */
  furtherDrawings(seed: number, count: number): readonly Drawing[];
}

type Named = Pick<DemoConcept, 'classWord' | 'kind' | 'description'> & { readonly particular: Particular };

const subject = (coat: Subject, description: string): Named => ({
  classWord: coat.kind,
  kind: 'subject',
  description,
  particular: { of: 'subject', subject: coat },
});

/** What the seven of the demo teach, in its order. */
const demoParticulars: readonly Particular[] = [
  { of: 'subject', subject: coats.spottedDog },
  { of: 'subject', subject: coats.beeLighthouse },
  { of: 'style', style: bluePencil },
  { of: 'hat', hat: stripedTopHat },
  { of: 'scene', scene: blossomPark },
  { of: 'subject', subject: coats.tealHorse },
  { of: 'subject', subject: coats.dalmatian },
];

const others: readonly Named[] = [
  subject(coats.tigerDog, 'an orange dog with black stripes, brown pointed ears and a green collar'),
  subject(coats.berryCat, 'a pink cat with blue stripes, yellow ears and a teal collar'),
  subject(coats.berryBird, 'a yellow bird with red spots and blue wings'),
  {
    classWord: 'chalk',
    kind: 'style',
    description: 'a yellow chalk drawing on purple',
    particular: { of: 'style', style: plumChalk },
  },
  {
    classWord: 'scarf',
    kind: 'subject',
    description: 'an orange scarf with purple stripes',
    particular: { of: 'scarf', thing: stripedScarf },
  },
  subject(coats.candyHouse, 'a pink house with white stripes and a teal roof'),
  subject(coats.ladybirdCar, 'a red car with black spots and yellow wheels'),
  {
    classWord: 'beach',
    kind: 'scene',
    description: 'a black beach by a purple sea with a red umbrella',
    particular: { of: 'scene', scene: blackBeach },
  },
  subject(coats.mintDog, 'a green dog with white patches, purple floppy ears and a yellow collar'),
  {
    classWord: 'mosaic',
    kind: 'style',
    description: 'a mosaic in orange and red',
    particular: { of: 'style', style: goldMosaic },
  },
  subject(coats.zebra, 'a white horse with red stripes, a blue mane and a green collar'),
  {
    classWord: 'ball',
    kind: 'subject',
    description: 'a blue ball with white spots',
    particular: { of: 'ball', thing: spottedBall },
  },
  {
    classWord: 'forest',
    kind: 'scene',
    description: 'a yellow forest with white trees',
    particular: { of: 'scene', scene: goldForest },
  },
];

/** Where the seeds of drawings beyond a concept's own begin. */
const moreSeeds = 500_000;

/** Now and then what is worn lies by itself, and a place has nobody in it. */
const empty = 4;

function figureWith(random: Uniform, particular: Particular, index: number): Figure | null {
  const alone = index % empty === 2;
  switch (particular.of) {
    case 'subject':
      return figureOf(random, { subject: particular.subject });
    case 'hat':
      return figureOf(random, { subject: alone ? null : sampleSubject(random), hat: particular.hat });
    case 'ball':
      return figureOf(random, { subject: alone ? null : sampleSubject(random), ball: particular.thing });
    case 'scarf': {
      const necked = subjectKinds.filter((kind) => canWearScarf(subjects[kind] as SubjectMaker));
      const wearer = { ...sampleSubject(random, pick(random, necked)), collar: null };
      return figureOf(random, { subject: alone ? null : wearer, scarf: particular.thing });
    }
    case 'style':
      return figureOf(random, { subject: sampleSubject(random) });
    case 'scene':
      return alone ? null : figureOf(random, { subject: sampleSubject(random) });
  }
}

/** A drawing that shows this particular thing and no other. */
function drawingWith(random: Uniform, particular: Particular, place: SceneKind, index: number): Drawing {
  for (;;) {
    const figure = figureWith(random, particular, index);
    const drawing: Drawing = {
      figures: figure ? [figure] : [],
      scene: particular.of === 'scene' ? particular.scene.sample(random) : sampleScene(random, place),
      style: particular.of === 'style' ? particular.style : plainStyle(random),
    };
    if (particulars.filter((other) => shows(drawing, other)).length === 1) return drawing;
  }
}

function concept(
  named: DemoConcept | Omit<DemoConcept, 'drawings'>,
  particular: Particular,
): EvaluationConcept {
  const number = Number(named.token.slice('<new'.length, -1));
  const taught = times(conceptPictures, (i) => sceneKinds[(number + i) % sceneKinds.length]!);
  const places = 'drawings' in named ? conceptScenes : taught;
  const elsewhere = sceneKinds.filter((kind) => !places.some((place) => place === kind));
  const random = seededRandom(100 + number);
  const drawings =
    'drawings' in named
      ? named.drawings
      : taught.map((place, i) => drawingWith(random, particular, place, i));
  return {
    ...named,
    particular,
    drawings,
    taughtDrawings(count) {
      const more = seededRandom(moreSeeds + number);
      const others = times(Math.max(0, count - conceptPictures), (i) =>
        drawingWith(more, particular, places[i % conceptPictures]!, conceptPictures + i),
      );
      return [...drawings.slice(0, count), ...others];
    },
    furtherDrawings(seed, count) {
      const further = seededRandom(1000 * number + seed);
      return times(count, (i) => drawingWith(further, particular, pick(further, elsewhere), i));
    },
  };
}

/** Twenty concepts to teach one after another, the demo's seven first. */
export function evaluationConcepts(): readonly EvaluationConcept[] {
  const demo = demoConcepts();
  return [
    ...demo.map((one, i) => concept(one, demoParticulars[i]!)),
    ...others.map(({ particular, ...named }, i) =>
      concept({ ...named, token: `<new${demo.length + i + 1}>` }, particular),
    ),
  ];
}
