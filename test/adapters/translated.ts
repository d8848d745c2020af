import { expect } from 'vitest';

const han = /\p{Script=Han}/u;

/** Holds what a platform says in Chinese against what it says in English: as many sentences, by the same names, and all in Chinese. */
export function expectTranslated(chinese: object, english: object): void {
  const sentences = placesOf(chinese);
  expect(sentences.map(([place]) => place)).toEqual(placesOf(english).map(([place]) => place));
  expect(sentences.filter(([, value]) => !han.test(said(value))).map(([place]) => place)).toEqual([]);
}

function placesOf(table: object, place = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(table).flatMap(([name, value]) =>
    typeof value === 'object' ? placesOf(value, `${place}${name}.`) : [[place + name, value] as const],
  );
}

function said(value: unknown): string {
  return typeof value === 'function' ? String(value(...Array(value.length).fill(['x']))) : String(value);
}
