import type { Hex } from '../colour.ts';
import { frame, type Shape } from '../shape.ts';

/** How one shape is put on paper. */
export interface Look {
  readonly fill?: string;
  readonly stroke?: string;
  readonly width?: number;
  readonly opacity?: number;
}

/** The whole frame in one colour, or one pattern. */
export function sheet(colour: Hex | `url(#${string})`): string {
  return `<path d="M0,0H${frame}V${frame}H0Z" fill="${colour}"/>`;
}

function element(shape: Shape, look: Look, clip: string): string {
  const fill = shape.line === undefined ? (look.fill ?? 'none') : 'none';
  const stroke = look.stroke ? ` stroke="${look.stroke}" stroke-width="${look.width ?? 1}"` : '';
  const opacity = look.opacity === undefined ? '' : ` opacity="${look.opacity}"`;
  return `<path d="${shape.path}" fill="${fill}"${stroke}${opacity}${clip}/>`;
}

/** Turns shapes into SVG elements; each painter makes its own, so that clip paths have unique names. */
export function createBrush(name: string): (shape: Shape, look: Look) => string {
  const clips = new Map<string, string>();
  return (shape, look) => {
    if (shape.clip === undefined) return element(shape, look, '');
    const known = clips.get(shape.clip);
    const id = known ?? `${name}${clips.size}`;
    clips.set(shape.clip, id);
    const definition = known ? '' : `<clipPath id="${id}"><path d="${shape.clip}"/></clipPath>`;
    return definition + element(shape, look, ` clip-path="url(#${id})"`);
  };
}

/** The silhouette's rim: every shape but the details, widened by `width` on each side, as one. */
export function rim(shapes: readonly Shape[], colour: Hex, width: number, opacity = 1): string {
  const outer = shapes.filter((shape) => !shape.detail);
  const contour = (path: string, inner: number) =>
    `<path d="${path}" fill="none" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${inner + 2 * width}"/>`;
  const lines = outer.filter((shape) => shape.line !== undefined);
  const areas = outer.filter((shape) => shape.line === undefined);
  return [
    ...lines.map((shape) => contour(shape.path, shape.line!)),
    contour(areas.map((shape) => shape.path).join(''), 0),
  ].join('');
}

/** A shape as a flat area, or as a line of its own width. */
export function flat(shape: Shape, colour: string = shape.colour): Look {
  return shape.line === undefined ? { fill: colour } : { stroke: colour, width: shape.line };
}
