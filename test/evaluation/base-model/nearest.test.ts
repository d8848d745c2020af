import { expect, test } from 'vitest';
import { pairScore } from '../../../src/evaluation/base-model/nearest.ts';

/** A unit vector along one of 32 axes. */
function along(axis: number): Float32Array {
  const vector = new Float32Array(32);
  vector[axis % 32] = 1;
  return vector;
}

const pictures = Array.from({ length: 67 }, (_, at) => along(at));

test('what is each other’s nearest is found both ways, and what does not fill 32 is left out', () => {
  const astray = pictures.map((vector, at) => (at < 64 ? vector : along(at + 1)));
  expect(pairScore(pictures, astray)).toEqual({ pairs: 64, among: 32, captionFound: 100, pictureFound: 100 });
});

test('captions that are exchanged are found neither way', () => {
  const exchanged = pictures.with(0, along(1)).with(1, along(0));
  expect(pairScore(pictures, exchanged)).toMatchObject({
    captionFound: (100 * 62) / 64,
    pictureFound: (100 * 62) / 64,
  });
});

test('a caption may be nearest to its picture and have another picture nearer to itself', () => {
  const between = new Float32Array(32);
  between[5] = 0.6;
  between[6] = 0.8;
  expect(pairScore(pictures, pictures.with(5, between))).toMatchObject({
    captionFound: 100,
    pictureFound: (100 * 63) / 64,
  });
});

test('an encoder to which all is alike finds nothing', () => {
  const alike = pictures.map(() => along(3));
  expect(pairScore(alike, alike)).toMatchObject({ captionFound: 0, pictureFound: 0 });
});
