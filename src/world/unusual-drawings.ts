import type { Uniform } from '../random.ts';
import { colourNames, distance, type Hex, mix, palette } from './colour.ts';
import type { Drawing, Prop, Scene, Style } from './drawing.ts';
import { isHeldOut } from './held-out/index.ts';
import type { PropKind } from './kinds.ts';
import { between, chance, pick } from './random.ts';
import { sampleDrawing } from './sample.ts';

/** Ink and paper closer than this leave little to be seen. */
const inkApart = 130;

/**
 * A drawing in colours that the training world does not have: its style has any paper and ink, its place any sky, ground
 * and things, or both. Chalk is chalk on a purple board too, a beach with black sand a beach. None is of what only teaching
 * shows. Of named colours a style may leave little, 0.2 at least.
 */
export function sampleUnusualDrawing(random: Uniform): Drawing {
  for (;;) {
    const { figures, scene, style } = sampleDrawing(random);
    const restyled = style.kind !== 'plain' && chance(random, 0.7);
    const recoloured = !restyled || chance(random, 0.3);
    const drawing = {
      figures,
      scene: recoloured ? unusualScene(random, scene) : scene,
      style: restyled ? unusualStyle(random, style) : style,
    };
    if (!isHeldOut(drawing)) return drawing;
  }
}

function anyColour(random: Uniform): Hex {
  const toward = pick(random, ['#ffffff', '#101020'] as const);
  return mix(palette[pick(random, colourNames)], toward, between(random, 0, 0.6));
}

function unusualStyle(random: Uniform, style: Style): Style {
  for (;;) {
    const [paper, ink] = [anyColour(random), anyColour(random)];
    if (distance(paper, ink) < inkApart) continue;
    const [tint, weight] = [between(random, 0.2, 1), between(random, 0, 1)];
    return {
      ...style,
      paper,
      ink,
      tint,
      weight,
      hatching: pick(random, ['falling', 'rising', 'crossed'] as const),
    };
  }
}

/** Things of one kind stay of one colour, now and then their own. */
function unusualScene(random: Uniform, scene: Scene): Scene {
  const colours = new Map<PropKind, Hex>();
  const colourOf = ({ kind, colour }: Prop): Hex => {
    const known = colours.get(kind) ?? (chance(random, 0.3) ? colour : anyColour(random));
    colours.set(kind, known);
    return known;
  };
  return {
    ...scene,
    sky: anyColour(random),
    ground: anyColour(random),
    props: scene.props.map((prop) => ({ ...prop, colour: colourOf(prop) })),
  };
}
