import { expect, test } from 'vitest';
import { success, unwrap } from '../../../src/result.ts';
import { defaultLimits } from '../../../src/studio/create.ts';
import { request, scene } from '../scene.ts';

const megabyte = 1e6;
const tooMuch = {
  problem: {
    code: 'not-allowed',
    message: expect.stringMatching(/^What this server was taught takes \d+ MB; with \d+ MB more .* \/forget/),
  },
};

/** A studio in which a server may keep so many megabytes, and whose engine makes concepts of one and a half. */
async function smallScene(megabytes: number) {
  const home = await scene({ limits: { ...defaultLimits, serverBytes: megabytes * megabyte } });
  const { engine } = home;
  let made = 0;
  const heavy = () => new Uint8Array(1.5 * megabyte).fill(++made);
  const { onTeach, onAdopt } = engine;
  engine.onTeach = async (...asked) => success({ ...unwrap(await onTeach(...asked)), concept: heavy() });
  engine.onAdopt = async (...asked) => success({ ...unwrap(await onAdopt(...asked)), concept: heavy() });
  const teach = async (server: string) => home.studio.teach(server, await request());
  const bring = (server: string) =>
    home.studio.importFiles(server, { user: 'ada', files: [new Uint8Array(10)] });
  return { ...home, teach, bring };
}

test('what would take a server over its bytes is not stored, of a lesson and of an import, and other servers learn on', async () => {
  const { studio, teach, bring, store } = await smallScene(4);
  unwrap(await teach('a'));
  unwrap(await bring('a'));
  const kept = await store.concepts.bytes('a');
  expect(await teach('a')).toMatchObject(tooMuch);
  expect(await bring('a')).toMatchObject(tooMuch);
  expect(await store.concepts.bytes('a')).toBe(kept);
  expect(await studio.concepts('a')).toHaveLength(2);
  unwrap(await teach('b'));
});

test('a server that is full is refused a lesson before its pictures are asked for, until something is forgotten', async () => {
  const { teach, store } = await smallScene(100);
  unwrap(await teach('a'));
  const { concepts, servers, records } = store;
  const limits = { ...defaultLimits, serverBytes: megabyte };
  const { studio, engine } = await scene({ store: concepts, servers, records, limits });
  const lesson = await request();
  const pictures = () => Promise.reject(new Error('nobody needs them'));
  expect(await studio.mayTeach('a', lesson)).toMatchObject(tooMuch);
  expect(await studio.teach('a', { ...lesson, pictures })).toMatchObject(tooMuch);
  expect(engine.teaches).toEqual([]);
  unwrap(await studio.forget('a', '<new1>'));
  unwrap(await studio.teach('a', lesson));
});

test('an export that takes more than a server may keep is brought in nowhere', async () => {
  const home = await smallScene(100);
  for (const _ of [1, 2]) unwrap(await home.teach('a'));
  const { bytes } = unwrap(await home.studio.exportServer('a'));
  const other = await scene({ limits: { ...defaultLimits, serverBytes: 2.9 * megabyte } });
  other.engine.check = () => Promise.reject(new Error('nobody needs to look at it'));
  expect(await other.studio.importServer('b', bytes)).toMatchObject(tooMuch);
  expect(await other.studio.concepts('b')).toEqual([]);
});
