import { describe, expect, it } from 'vitest';
import { failure, unwrap } from '../../../src/result.ts';
import type { Asker } from '../../../src/studio/studio.ts';
import { engineDown } from '../../fakes/engine.ts';
import { request, type Scene, scene } from '../scene.ts';

const minute = 60_000;
const hour = 60 * minute;
const ada: Asker = { user: 'ada', administrator: false };
const ben: Asker = { user: 'ben', administrator: false };
const boss: Asker = { user: 'boss', administrator: true };

interface Clocked extends Scene {
  /** Milliseconds go by. */
  pass(milliseconds: number): void;
  draw(by: Asker | undefined, count?: number): Promise<string>;
  teach(by: Asker): Promise<string>;
}

async function clocked(quotas: object): Promise<Clocked> {
  let now = Date.now();
  const made = await scene({ now: () => now });
  const { studio } = made;
  unwrap(
    await studio.changeSettings('a', (before) => ({ ...before, quotas: { ...before.quotas, ...quotas } })),
  );
  return {
    ...made,
    pass(milliseconds) {
      now += milliseconds;
    },
    async draw(by, count = 1) {
      const drawn = await studio.imagine('a', { prompt: 'a dog', count, ...(by && { by }) });
      return drawn.ok ? 'drawn' : drawn.problem.message;
    },
    async teach(by) {
      const taught = await studio.teach('a', { ...(await request({ user: by.user })), by });
      return taught.ok ? 'taught' : taught.problem.message;
    },
  };
}

describe('the pictures of a member', () => {
  it('are so many in an hour; then it is said when the next can be had, and it can be had then', async () => {
    const { draw, pass, engine } = await clocked({ picturesPerUser: 3 });
    expect([await draw(ada, 2), await draw(ada)]).toEqual(['drawn', 'drawn']);
    pass(17.5 * minute);
    expect(await draw(ada)).toBe(
      'You had 3 of 3 pictures in the last hour. Wait 43 min, or have an administrator allow more with /settings.',
    );
    expect(engine.drawings).toHaveLength(2);
    expect([await draw(ben), await draw(boss, 3)]).toEqual(['drawn', 'drawn']);
    expect(await draw(boss)).toMatch(/^You had 3 of 3/);
    pass(42.5 * minute - 1);
    expect(await draw(ada)).toMatch(/Wait 1 s,/);
    pass(1);
    expect(await draw(ada, 3)).toBe('drawn');
  });

  it('are no more where several machines draw at once', async () => {
    const { store, studio } = await clocked({ picturesPerUser: 3 });
    const elsewhere = (await scene({ store: store.concepts, records: store.records })).studio;
    const drawn = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        (at % 2 ? studio : elsewhere).imagine('a', { prompt: 'x', by: ada }),
      ),
    );
    expect(drawn.filter(({ ok }) => ok)).toHaveLength(3);
  });

  it('are told where fewer would do, and where more than there ever are were asked for', async () => {
    const { draw, pass } = await clocked({ picturesPerUser: 3 });
    expect(await draw(ada, 4)).toBe(
      'You had 0 of 3 pictures in the last hour. Ask for at most 3, or have an administrator allow more with /settings.',
    );
    await draw(ada, 1);
    pass(20 * minute);
    await draw(ada, 1);
    expect(await draw(ada, 3)).toMatch(/^You had 2 of 3 .* Ask for at most 1, wait 1 h, or have /);
    expect(await draw(ada, 2)).toMatch(/ Ask for at most 1, wait 40 min, or have /);
    await draw(ada, 1);
    expect(await draw(ada, 4)).toMatch(/ Wait 1 h and ask for at most 3, or have /);
  });

  it('go on where an administrator allows more', async () => {
    const { draw, studio } = await clocked({ picturesPerUser: 1 });
    await draw(ada);
    expect(await draw(ada)).toMatch(/^You had/);
    unwrap(
      await studio.changeSettings('a', (now) => ({ ...now, quotas: { ...now.quotas, picturesPerUser: 2 } })),
    );
    expect(await draw(ada)).toBe('drawn');
  });
});

describe('the pictures of a server', () => {
  it('are those of all its members and of nobody else’s', async () => {
    const { draw, studio } = await clocked({ picturesPerServer: 3 });
    expect([await draw(ada), await draw(ben), await draw(undefined)]).toEqual(['drawn', 'drawn', 'drawn']);
    expect(await draw(boss)).toBe(
      'This server had 3 of 3 pictures in the last hour. Wait 1 h, or have an administrator allow more with /settings.',
    );
    unwrap(await studio.imagine('b', { prompt: 'a dog', by: ada }));
  });
});

describe('lessons', () => {
  it('are counted over a day, whatever is drawn', async () => {
    const { teach, draw, pass } = await clocked({ lessonsPerUser: 2 });
    await draw(ada, 4);
    expect([await teach(ada), await teach(ada)]).toEqual(['taught', 'taught']);
    pass(20 * hour + 40 * minute);
    expect(await teach(ada)).toBe(
      'You had 2 of 2 lessons in the last 24 hours. Wait 3 h 20 min, or have an administrator allow more with /settings.',
    );
    expect(await teach(ben)).toBe('taught');
    pass(3 * hour + 20 * minute);
    expect(await teach(ada)).toBe('taught');
  });

  it('that come at the same time do not get in together', async () => {
    const { studio, engine } = await clocked({ lessonsPerServer: 2 });
    const lessons = await Promise.all(
      [ada, ben, boss].map(async (by) => ({ ...(await request({ user: by.user })), by })),
    );
    const all = await Promise.all(lessons.map((lesson) => studio.teach('a', lesson)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(2);
    expect(engine.teaches).toHaveLength(2);
  });
});

describe('what came to nothing', () => {
  it('is given back where it failed, or was refused by what was sent', async () => {
    const { draw, teach, studio, engine } = await clocked({ picturesPerUser: 1, lessonsPerUser: 1 });
    const { onImagine } = engine;
    engine.onImagine = async () => engineDown;
    expect(await draw(ada)).toBe('The engine is down.');
    engine.onImagine = onImagine;
    expect(await draw(ada)).toBe('drawn');
    const lesson = { ...(await request({ user: 'ada', pictures: [] })), by: ada };
    expect(await studio.teach('a', lesson)).toMatchObject({ problem: { code: 'invalid-picture' } });
    expect(await teach(ada)).toBe('taught');
  });

  it('is given back where it was cancelled while it waited, and not once it had begun', async () => {
    const { studio, draw, engine } = await clocked({ picturesPerUser: 2 });
    const { promise: open, resolve } = Promise.withResolvers<void>();
    const { onImagine } = engine;
    engine.onImagine = async (_, { signal }) => {
      await open;
      return failure('cancelled', `stopped: ${signal?.aborted}`);
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const begin = ({ signal }: AbortController) =>
      studio.imagine('a', { prompt: 'a dog', by: ada }, { signal });
    const running = begin(first);
    await expect.poll(() => engine.drawings.length).toBe(1);
    const waiting = begin(second);
    await expect.poll(async () => (await studio.activity('a')).length).toBe(2);
    second.abort();
    expect(await waiting).toMatchObject({ problem: { code: 'cancelled' } });
    first.abort();
    resolve();
    expect(await running).toMatchObject({ problem: { code: 'cancelled' } });
    engine.onImagine = onImagine;
    expect([await draw(ada), await draw(ada)]).toEqual(['drawn', expect.stringMatching(/^You had 2 of 2/)]);
  });
});

it('what counts holds through a restart, and damaged counts keep nobody out', async () => {
  const { draw, store } = await clocked({ picturesPerUser: 1 });
  await draw(ada);
  const { records } = store;
  const kept = await records.read('a', 'usage', 'pictures');
  const other = await clocked({ picturesPerUser: 1 });
  await other.store.records.write('a', ['usage', 'pictures'], kept);
  expect(await other.draw(ada)).toMatch(/^You had 1 of 1/);
  await other.store.records.write('a', ['usage', 'pictures'], 'rubbish');
  expect(await other.draw(ada)).toBe('drawn');
});

describe('members whose ids cost nothing', () => {
  it('share what one may have with all who ask from the same place, however many they are', async () => {
    const { studio, draw, teach, pass } = await clocked({ picturesPerUser: 4, lessonsPerUser: 1 });
    const visitor = (number: number, from: string): Asker => ({
      user: `new ${number}`,
      from,
      administrator: false,
    });
    expect(await draw(visitor(1, 'here'), 3)).toBe('drawn');
    expect(await draw(visitor(2, 'here'), 2)).toMatch(/1/);
    expect(await draw(visitor(3, 'here'), 1)).toBe('drawn');
    for (let number = 4; number < 9; number++) expect(await draw(visitor(number, 'here'))).not.toBe('drawn');
    expect(await teach(visitor(9, 'here'))).toBe('taught');
    expect(await teach(visitor(10, 'here'))).not.toBe('taught');
    expect(unwrap(await studio.allowance('a', 'new 11', 'here')).pictures.left).toBe(0);
    expect(unwrap(await studio.allowance('a', 'new 11', 'there')).pictures.left).toBe(4);
    expect(await draw(visitor(1, 'there'), 2), 'nobody leaves their own behind').not.toBe('drawn');
    expect(await draw(visitor(12, 'there'), 4)).toBe('drawn');
    expect(await draw(ada, 4)).toBe('drawn');
    await studio.refill('a', 'new 1');
    expect(unwrap(await studio.allowance('a', 'new 11', 'here')).pictures.left).toBe(3);
    pass(hour);
    expect(await draw(visitor(13, 'here'), 4)).toBe('drawn');
  });
});

describe('what a member may still have', () => {
  it('is what is left of their own quotas and of those that all share, whichever is less', async () => {
    const { studio, draw, teach, pass } = await clocked({
      picturesPerUser: 5,
      picturesPerServer: 8,
      lessonsPerUser: 2,
    });
    const left = async (by: Asker) => {
      const { lessons, pictures } = unwrap(await studio.allowance('a', by.user));
      return [lessons.left, pictures.left];
    };
    expect(unwrap(await studio.allowance('a', 'ada'))).toEqual({
      lessons: { left: 2, most: 2 },
      pictures: { left: 5, most: 5 },
    });
    await draw(ada, 4);
    await teach(ada);
    expect([await left(ada), await left(ben)]).toEqual([
      [1, 1],
      [2, 4],
    ]);
    await draw(boss, 4);
    expect(await left(ben)).toEqual([2, 0]);
    pass(hour);
    expect(await left(ada)).toEqual([1, 5]);
  });

  it('is all of it again once an administrator says so, and what they had still counts for the server', async () => {
    const { studio, draw, teach } = await clocked({
      picturesPerUser: 4,
      picturesPerServer: 10,
      lessonsPerUser: 1,
    });
    expect([await draw(ada, 4), await draw(ben, 1), await teach(ada)]).toEqual(['drawn', 'drawn', 'taught']);
    expect([await draw(ada), await teach(ada)]).toEqual([
      expect.stringMatching(/4 of 4 pictures/),
      expect.stringMatching(/1 of 1 lessons/),
    ]);
    await studio.refill('a', 'ada');
    expect([await draw(ada, 4), await teach(ada)]).toEqual(['drawn', 'taught']);
    expect((await studio.used('a')).pictures).toBe(9);
    expect(await draw(ben, 2), 'his own are as they were, and those of all are nearly gone').toMatch(
      /9 of 10/,
    );
  });
});
