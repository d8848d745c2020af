import { expect, test } from 'vitest';
import { sizeOf } from '../../src/studio/size.ts';

const model = { id: 'one', pixels: { width: 512, height: 512 }, parameters: 1, sizeStep: 64 };

test('a size is the model’s own where none is asked for, and each side may be asked for by itself', () => {
  expect(sizeOf({}, model, 1024)).toBeUndefined();
  expect(sizeOf({ width: 512, height: 512 }, model, 1024)).toBeUndefined();
  expect(sizeOf({ width: 768 }, model, 1024)).toEqual({ width: 768, height: 512 });
  expect(sizeOf({ height: 1024 }, model, 1024)).toEqual({ width: 512, height: 1024 });
});

test.each([
  [{ width: 520 }, /multiples of 64 from 64 to 1024 pixels here, not 520/],
  [{ height: 1088 }, /not 1088/],
  [{ width: 0 }, /not 0/],
])('%j is refused with what would do', (asked, words) => {
  expect(() => sizeOf(asked, model, 1024)).toThrow(words);
});

test('the model’s own size may be longer than others are allowed to be', () => {
  expect(() => sizeOf({ width: 576 }, model, 256)).toThrow(/from 64 to 512/);
  expect(sizeOf({ width: 256 }, model, 256)).toEqual({ width: 256, height: 512 });
});

test('a model of one size draws no other', () => {
  const { sizeStep: _, ...fixed } = model;
  expect(sizeOf({ width: 512 }, fixed, 1024)).toBeUndefined();
  expect(() => sizeOf({ width: 576 }, fixed, 1024)).toThrow(/512 × 512 pixels and no other/);
});
