import type { Particular } from '../../src/world/held-out/index.ts';
import { type Drawing, seededRandom } from '../../src/world/index.ts';

/** What tells a held-out thing, read from a drawing without asking the world. */
export function readings(drawing: Drawing): ReadonlySet<string> {
  const { style, scene } = drawing;
  return new Set(
    [
      ...drawing.figures.flatMap(({ subject, hat, scarf, ball }) => [
        subject && `${subject.kind} ${subject.body} ${subject.pattern} ${subject.second}`,
        hat && `${hat.kind} ${hat.colour} ${hat.trim} ${hat.striped}`,
        scarf && `scarf ${scarf.pattern} ${scarf.colour} ${scarf.trim}`,
        ball && `ball ${ball.pattern} ${ball.colour} ${ball.trim}`,
      ]),
      `${style.kind} ${style.paper} ${style.ink}`,
      `fence ${scene.props.some(({ kind }) => kind === 'fence')} trees ${scene.props.find(({ kind }) => kind === 'tree')?.colour}`,
      `ground ${scene.ground}`,
      `canopy ${scene.props.find(({ kind }) => kind === 'canopy')?.colour}`,
    ].filter((reading) => reading !== null),
  );
}

/** The reading that a held-out thing gives. */
export function readingOf(particular: Particular): string {
  switch (particular.of) {
    case 'subject': {
      const { kind, body, pattern, second } = particular.subject;
      return `${kind} ${body} ${pattern} ${second}`;
    }
    case 'hat': {
      const { kind, colour, trim, striped } = particular.hat;
      return `${kind} ${colour} ${trim} ${striped}`;
    }
    case 'style':
      return `${particular.style.kind} ${particular.style.paper} ${particular.style.ink}`;
    case 'scene': {
      const scene = particular.scene.sample(seededRandom(1));
      if (scene.kind === 'park') return 'fence true trees #f29ac0';
      return scene.kind === 'beach' ? 'ground #4a4252' : 'canopy #e0a21f';
    }
    default: {
      const { pattern, colour, trim } = particular.thing;
      return `${particular.of} ${pattern} ${colour} ${trim}`;
    }
  }
}
