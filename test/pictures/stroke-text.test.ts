import { expect, test } from 'vitest';
import { strokesOf, strokeText } from '../../src/pictures/stroke-text.ts';

const characters = [...'abcdefghijklmnopqrstuvwxyz123456789.-%'];

test('every letter and figure has strokes of its own, inside its field of 4 × 6', () => {
  expect(new Set(characters.map(strokesOf)).size).toBe(characters.length);
  expect(strokesOf('0')).toBe(strokesOf('o'));
  for (const character of characters) {
    const path = strokesOf(character);
    expect(path).toMatch(/^M[\d. MLHVZ]+$/);
    expect(Math.max(...path.match(/[\d.]+/g)!.map(Number)), character).toBeLessThanOrEqual(6);
    const sideways = [...path.matchAll(/[ML ]?([\d.]+) [\d.]+|H([\d.]+)/g)].map(([, x, h]) => Number(x ?? h));
    expect(Math.max(...sideways), character).toBeLessThanOrEqual(4);
  }
});

test('capitals look like small letters, and what is not known is a gap', () => {
  expect(strokesOf('B')).toBe(strokesOf('b'));
  expect(strokesOf('é')).toBe('');
  const paths = (text: string) => strokeText(text, 1, 2, 12, 'red').match(/<path d="[^"]*"/g);
  expect(paths('a b')).toEqual([`<path d="${strokesOf('a')}"`, '<path d=""', `<path d="${strokesOf('b')}"`]);
});
