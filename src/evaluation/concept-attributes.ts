import { attributesOf, type Drawing, type EvaluationConcept, figureAttributes } from '../world/index.ts';
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
  const { left, right, scene, style, styleParticular, sceneParticular } = attributesOf(drawing);
  if (particular.of === 'style') return whole(token, { style, styleParticular });
  if (particular.of === 'scene') return whole(token, { scene, sceneParticular });
  const own =
    particular.of === 'subject'
      ? (name: FigureName) => !worn.some((thing) => isOf(thing)(name))
      : isOf(particular.of);
  const shown = figure === 0 ? left : right;
  const names = figureNames.filter((name) => own(name) && shown[name] !== 'none');
  return { of: token, figure, attributes: Object.fromEntries(names.map((name) => [name, shown[name]])) };
}

/** The same without what its class word says already: what is left tells this one from others of its class. */
export function withoutClass(sought: Sought): Sought {
  const { class: _, style: __, scene: ___, ...attributes } = sought.attributes;
  return { ...sought, attributes };
}

/** In a style without colours a particular place is like any other of its kind. */
function whole(token: string, attributes: Sought['attributes']): Sought {
  const shown = Object.entries(attributes).filter(([, value]) => value !== 'none');
  return { of: token, figure: null, attributes: Object.fromEntries(shown) };
}
