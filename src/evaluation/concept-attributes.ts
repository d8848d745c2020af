import * as scenes from '../pretrain/world/held-out/scenes.ts';
import * as styles from '../pretrain/world/held-out/styles.ts';
import {
  attributesOf,
  type Drawing,
  type EvaluationConcept,
  figureAttributes,
  figureOf,
  sampleSubject,
  seededRandom,
} from '../pretrain/world/index.ts';
import type { Sought } from './sought.ts';

type Worn = 'hat' | 'scarf' | 'ball';
type FigureName = keyof typeof figureAttributes;

const figureNames = Object.keys(figureAttributes) as readonly FigureName[];
const isOf = (worn: Worn) => (name: FigureName) => name.startsWith(worn);
const worn: readonly Worn[] = ['hat', 'scarf', 'ball'];

/**
 * What of a concept is to be seen in a picture that should be like `drawing`, whose figure shows it: the attributes that
 * are its own and neither hidden by what it wears nor lost in the picture's style.
 */
export function soughtOf(
  { token, particular }: Pick<EvaluationConcept, 'token' | 'particular'>,
  drawing: Drawing,
  figure: 0 | 1 = 0,
): Sought {
  if (particular.of === 'style')
    return whole(token, { style: particular.style.kind, styleParticular: nameIn(styles, particular.style) });
  if (particular.of === 'scene') {
    const sceneParticular = nameIn(scenes, particular.scene);
    return whole(token, { scene: drawing.scene.kind, ...(showsColours(drawing) && { sceneParticular }) });
  }
  const own =
    particular.of === 'subject'
      ? (name: FigureName) => !worn.some((thing) => isOf(thing)(name))
      : isOf(particular.of);
  const shown = attributesOf(drawing)[figure === 0 ? 'left' : 'right'];
  const names = figureNames.filter((name) => own(name) && shown[name] !== 'none');
  return { of: token, figure, attributes: Object.fromEntries(names.map((name) => [name, shown[name]])) };
}

/** The same without what its class word says already: what is left tells this one from others of its class. */
export function withoutClass(sought: Sought): Sought {
  const { class: _, style: __, scene: ___, ...attributes } = sought.attributes;
  return { ...sought, attributes };
}

function whole(token: string, attributes: Sought['attributes']): Sought {
  return { of: token, figure: null, attributes };
}

/** Whether the picture's style leaves colours, by which alone a particular place is told from others of its kind. */
function showsColours(drawing: Drawing): boolean {
  const random = seededRandom(1);
  const subject = { ...sampleSubject(random), body: 'red' } as const;
  return attributesOf({ ...drawing, figures: [figureOf(random, { subject })] }).left.bodyColour !== 'none';
}

/** How a held-out thing is called, which is how the reader tells it. */
function nameIn(module: Readonly<Record<string, unknown>>, particular: unknown): string {
  const [name] = Object.entries(module).find(([, value]) => value === particular) ?? [];
  if (name === undefined) throw new RangeError('a particular that is not held out');
  return name;
}
