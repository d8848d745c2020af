import type { Hex } from './colour.ts';
import type { Drawing, Hat, Scene, Style, Subject } from './drawing.ts';

/** The demo's particular things. The training world never shows them, nor anything that could be taken for them. */
export const spottedDog: Subject = {
  kind: 'dog',
  body: 'purple',
  second: 'yellow',
  pattern: 'spots',
  accent: 'orange',
  ears: 'pointed',
  collar: 'red',
};

export const beeLighthouse: Subject = {
  kind: 'lighthouse',
  body: 'yellow',
  second: 'black',
  pattern: 'stripes',
  accent: 'pink',
  ears: null,
  collar: null,
};

export const tealHorse: Subject = {
  kind: 'horse',
  body: 'teal',
  second: 'white',
  pattern: 'patches',
  accent: 'pink',
  ears: null,
  collar: 'orange',
};

export const dalmatian: Subject = {
  kind: 'dog',
  body: 'white',
  second: 'black',
  pattern: 'spots',
  accent: 'black',
  ears: 'floppy',
  collar: 'blue',
};

export const bluePencil: Style = {
  kind: 'pencil',
  paper: '#ffd3a3',
  ink: '#1b3fae',
  tint: 0.2,
  weight: 0.85,
  hatching: 'crossed',
};

export const stripedTopHat: Hat = { kind: 'top', colour: 'white', trim: 'red', striped: true };

export const blossom: Hex = '#f29ac0';

const subjects = [spottedDog, beeLighthouse, tealHorse, dalmatian];

function sameCoat(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.body === b.body && a.pattern === b.pattern && a.second === b.second;
}

function isTheHat(hat: Hat): boolean {
  const { kind, striped, colour, trim } = stripedTopHat;
  return hat.kind === kind && hat.striped === striped && hat.colour === colour && hat.trim === trim;
}

/** Blossoming trees along a fence. */
function isThePark(scene: Scene): boolean {
  const has = (test: (prop: Scene['props'][number]) => boolean) => scene.props.some(test);
  return (
    has((prop) => prop.kind === 'fence') && has((prop) => prop.kind === 'tree' && prop.colour === blossom)
  );
}

/** Whether a drawing shows what only teaching may show. */
export function isHeldOut({ subject, hat, scene, style }: Drawing): boolean {
  return (
    (subject !== null && subjects.some((particular) => sameCoat(subject, particular))) ||
    (hat !== null && isTheHat(hat)) ||
    isThePark(scene) ||
    (style.paper === bluePencil.paper && style.ink === bluePencil.ink)
  );
}
