import { expect, test } from 'vitest';
import { orRelease } from '../../src/runtime/or-release.ts';

/** Things that can be opened, and what happened to them in order. */
function watched() {
  const events: string[] = [];
  const open = (name: string, closes = true) => {
    events.push(`open ${name}`);
    return {
      async release() {
        events.push(`close ${name}`);
        if (!closes) throw new Error(`${name} does not close`);
      },
    };
  };
  return { events, open };
}

test('what was opened before something that does not open is closed, the last one first', async () => {
  const { events, open } = watched();
  const opening = orRelease(async (keep) => {
    keep(open('one'));
    keep(open('two'));
    throw new Error('no memory');
  });
  await expect(opening).rejects.toThrow('no memory');
  expect(events).toEqual(['open one', 'open two', 'close two', 'close one']);
});

test('one that does not close keeps neither the others open nor the reason back', async () => {
  const { events, open } = watched();
  const opening = orRelease(async (keep) => {
    keep(open('one'));
    keep(open('two', false));
    throw new Error('no memory');
  });
  await expect(opening).rejects.toThrow('no memory');
  expect(events.at(-1)).toBe('close one');
});

test('where all opens, all stays open', async () => {
  const { events, open } = watched();
  expect(await orRelease(async (keep) => [keep(open('one')), 7])).toEqual([expect.anything(), 7]);
  expect(events).toEqual(['open one']);
});
