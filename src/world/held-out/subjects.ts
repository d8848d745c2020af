import type { Subject } from '../drawing.ts';

const noCollar = { ears: null, collar: null };

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
  ...noCollar,
  kind: 'lighthouse',
  body: 'yellow',
  second: 'black',
  pattern: 'stripes',
  accent: 'pink',
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

export const tigerDog: Subject = {
  kind: 'dog',
  body: 'orange',
  second: 'black',
  pattern: 'stripes',
  accent: 'brown',
  ears: 'pointed',
  collar: 'green',
};

export const mintDog: Subject = {
  kind: 'dog',
  body: 'green',
  second: 'white',
  pattern: 'patches',
  accent: 'purple',
  ears: 'floppy',
  collar: 'yellow',
};

export const berryCat: Subject = {
  kind: 'cat',
  body: 'pink',
  second: 'blue',
  pattern: 'stripes',
  accent: 'yellow',
  ears: null,
  collar: 'teal',
};

export const magpieCat: Subject = {
  kind: 'cat',
  body: 'black',
  second: 'white',
  pattern: 'patches',
  accent: 'red',
  ears: null,
  collar: 'yellow',
};

export const zebra: Subject = {
  kind: 'horse',
  body: 'white',
  second: 'red',
  pattern: 'stripes',
  accent: 'blue',
  ears: null,
  collar: 'green',
};

export const berryBird: Subject = {
  ...noCollar,
  kind: 'bird',
  body: 'yellow',
  second: 'red',
  pattern: 'spots',
  accent: 'blue',
};

export const candyHouse: Subject = {
  ...noCollar,
  kind: 'house',
  body: 'pink',
  second: 'white',
  pattern: 'stripes',
  accent: 'teal',
};

export const ladybirdCar: Subject = {
  ...noCollar,
  kind: 'car',
  body: 'red',
  second: 'black',
  pattern: 'spots',
  accent: 'yellow',
};

export const plumTree: Subject = {
  ...noCollar,
  kind: 'tree',
  body: 'teal',
  second: 'pink',
  pattern: 'spots',
  accent: 'white',
};
