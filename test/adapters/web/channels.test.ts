import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Channels, openChannels } from '../../../adapters/web/channels.ts';
import type { NumberedEvent } from '../../../adapters/web/history.ts';
import type { Message } from '../../../adapters/web/wire.ts';
import { openSqlite } from '../../../model-store/drivers/sqlite.ts';
import { openStore } from '../../../model-store/open.ts';
import { unwrap } from '../../../src/result.ts';
import { createFakeMessageLog } from '../../fakes/records.ts';

const message = (id: string, words: string, more: Partial<Message> = {}): Message => ({
  id,
  user: 'ada',
  author: 'bot',
  at: '2025-01-02T03:04:05.000Z',
  text: [words],
  ...more,
});

const picture = { url: 'a', name: 'a', alt: 'a', width: 1, height: 1 };
const wordsIn = (channels: Channels, id: string, user = 'ada') =>
  channels.state(id, user).messages.map(({ text }) => text.join(''));

async function opened(log = createFakeMessageLog()) {
  const channels = await openChannels(log);
  const { id } = channels.list()[0]!;
  const words = (user = 'ada') => wordsIn(channels, id, user);
  return { log, channels, id, words };
}

describe('channels', () => {
  test('keep their messages over a restart, as they were last put', async () => {
    const { log, channels, id } = await opened();
    await channels.put(id, message('1', 'first'));
    await channels.put(id, message('2', 'second'));
    await channels.put(id, message('1', 'first, edited'));
    await channels.remove(id, '2');
    await channels.add('garden');
    const again = await opened(log);
    expect(again.words()).toEqual(['first, edited']);
    expect(again.channels.list().map(({ name }) => name)).toEqual(['sketchbook', 'garden']);
    expect(again.channels.state(id, 'ada').sequence).toBe(4);
  });

  test('are gone for good with their messages and pictures once they are removed, but for the last one', async () => {
    const log = createFakeMessageLog();
    const unused: string[] = [];
    const channels = await openChannels(log, (urls) => unused.push(...urls));
    const [first] = channels.list();
    const { id } = await channels.add('garden');
    const heard: string[] = [];
    channels.watch(id, 'ada', 0, ({ event }) => heard.push(event.type));
    await channels.put(id, message('1', 'said in the garden', { pictures: [picture] }));
    await channels.removeChannel(id);
    expect([channels.list(), unused, heard]).toEqual([[first], ['a'], ['put', 'removed']]);
    channels.tell(id, { type: 'concepts' });
    expect(heard).toHaveLength(2);
    await expect(channels.put(id, message('2', 'too late'))).rejects.toThrow('no such channel');
    await expect(channels.removeChannel(first!.id)).rejects.toThrow('last channel');
    expect(await log.list(`web:${id}`)).toEqual([]);
    expect((await opened(log)).channels.list()).toEqual([first]);
  });

  test('go on keeping messages after one could not be kept', async () => {
    const log = createFakeMessageLog();
    let full = false;
    const append = (channel: string, entry: unknown) =>
      full ? Promise.reject(new Error('no space left')) : log.append(channel, entry);
    const { channels, id } = await opened({ ...log, append });
    full = true;
    await expect(channels.put(id, message('1', 'lost'))).rejects.toThrow('no space left');
    await expect(channels.add('garden')).rejects.toThrow('no space left');
    full = false;
    await channels.put(id, message('2', 'kept'));
    await channels.add('garden');
    expect((await opened(log)).words()).toEqual(['kept']);
    expect((await opened(log)).channels.list()).toHaveLength(2);
  });

  test('keep a changed message in its place, though the log has let go of how it began', async () => {
    const log = createFakeMessageLog();
    const { channels, id } = await opened(log);
    for (const number of [1, 2, 3]) {
      await channels.put(id, message(`${number}`, `${number}`, { at: `2025-01-0${number}T00:00:00.000Z` }));
    }
    await channels.put(id, message('2', '2, changed', { at: '2025-01-02T00:00:00.000Z' }));
    const newest = async (channel: string) => (await log.list(channel)).slice(-2);
    expect((await opened({ ...log, list: newest })).words()).toEqual(['2, changed', '3']);
  });

  test('keep messages in their places over a restart, as many as before, also where an old one was changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keepsake-channels-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const store = unwrap(await openStore({ folder, storage: openSqlite(':memory:') }));
    const { channels, id, words } = await opened(store.messages);
    for (let number = 0; number < 310; number++) {
      const at = new Date(number * 1000).toISOString();
      await channels.put(id, message(`${number}`, '', { at, state: 'working' }));
      await channels.put(id, message(`${number}`, `${number}`, { at, concept: `<new${number}>` }));
    }
    await channels.strip(id, '<new40>');
    const before = words();
    expect(before).toHaveLength(300);
    expect((await opened(store.messages)).words()).toEqual(before);
    await store.close();
  });

  test('say what a restart interrupted', async () => {
    const { log, channels, id } = await opened();
    await channels.put(id, message('1', '', { state: 'working' }));
    const again = await opened(log);
    expect(again.words()).toEqual(['I was stopped before this was done. Send the command again.']);
    expect(again.channels.message(id, '1')?.state).toBeUndefined();
    const heard: NumberedEvent[] = [];
    again.channels.watch(id, 'ada', 1, (event) => heard.push(event));
    const ended = { type: 'put', message: { id: '1', text: again.channels.message(id, '1')?.text } };
    expect(heard).toMatchObject([{ sequence: 2, event: ended }]);
  });

  test('show personal messages to one person alone', async () => {
    const { channels, id, words } = await opened();
    const heard: NumberedEvent[] = [];
    channels.watch(id, 'ben', 0, (event) => heard.push(event));
    await channels.put(id, message('1', 'secret', { personal: true }));
    channels.tell(id, { type: 'draft', user: 'ada', line: '/help' });
    expect(words('ada')).toEqual(['secret']);
    expect(words('ben')).toEqual([]);
    expect(heard).toEqual([]);
    const late: NumberedEvent[] = [];
    channels.watch(id, 'ben', 0, (event) => late.push(event));
    expect(late).toEqual([]);
  });

  test('tell those who come back what they missed, and no more', async () => {
    const { channels, id } = await opened();
    for (const number of ['1', '2', '3']) await channels.put(id, message(number, number));
    const heard: NumberedEvent[] = [];
    const stop = channels.watch(id, 'ada', 1, (event) => heard.push(event));
    await channels.put(id, message('4', '4'));
    stop();
    await channels.put(id, message('5', '5'));
    expect(heard.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
  });

  test('tell those who were away too long, or know of things that are not, to begin anew', async () => {
    const { log, channels, id } = await opened();
    await channels.put(id, message('1', '1'));
    const again = await opened(log);
    for (const sequence of [0, 99]) {
      const heard: NumberedEvent[] = [];
      again.channels.watch(id, 'ada', sequence, (event) => heard.push(event));
      expect(heard).toEqual([{ event: { type: 'reset' } }]);
    }
  });

  test('show the last progress to those who come in the middle, until it is done', async () => {
    const { channels, id } = await opened();
    const progress = {
      type: 'progress',
      id: '1',
      progress: { title: [], phase: 'x', cancel: { id: '', label: '', style: 'plain' } },
    } as const;
    await channels.put(id, message('1', '', { state: 'working' }));
    channels.tell(id, progress);
    const heard: NumberedEvent[] = [];
    channels.watch(id, 'ada', 1, (event) => heard.push(event))();
    expect(heard).toEqual([{ event: progress }]);
    await channels.put(id, message('1', 'done'));
    const after: NumberedEvent[] = [];
    channels.watch(id, 'ada', 2, (event) => after.push(event));
    expect(after).toEqual([]);
  });

  test.each([
    ['', /1 to 40 characters/],
    ['x'.repeat(41), /1 to 40 characters/],
    ['Sketchbook ', /of that name already/],
  ])('refuse the name %j', async (name, sentence) => {
    const { channels } = await opened();
    await expect(channels.add(name)).rejects.toThrow(sentence);
  });

  test('are limited in number, and in the messages they hold', async () => {
    const { channels, id, words } = await opened();
    for (let index = 1; index < 50; index++) await channels.add(`channel ${index}`);
    await expect(channels.add('one more')).rejects.toThrow(/no room for more/);
    for (let index = 0; index < 310; index++) await channels.put(id, message(`${index}`, `${index}`));
    expect(words()).toHaveLength(300);
    expect(words()[0]).toBe('10');
  });

  test('say which pictures and files no message shows any more', async () => {
    const unused: string[][] = [];
    const channels = await openChannels(createFakeMessageLog(), (urls) => unused.push([...urls]));
    const { id } = channels.list()[0]!;
    const { id: other } = await channels.add('garden');
    const showing = (name: string, ...urls: string[]) =>
      message(name, name, {
        pictures: urls.map((url) => ({ url, name: url, alt: url, width: 1, height: 1 })),
      });
    await channels.put(id, showing('1', 'a', 'b'));
    await channels.put(other, showing('2', 'b'));
    await channels.put(id, showing('1', 'a', 'c'));
    expect(unused).toEqual([]);
    await channels.remove(other, '2');
    await channels.put(id, message('1', 'bare'));
    expect(unused).toEqual([['b'], ['a', 'c']]);
    expect(channels.shown()).toEqual(new Set());
  });

  test('let go of what shows a concept, and of what was sent to teach it', async () => {
    const { channels, id } = await opened();
    await channels.put(id, message('asked', '/teach dog', { author: 'person', pictures: [picture] }));
    const taught = { concept: '<new1>', answers: 'asked', pictures: [{ ...picture, url: 'b' }] };
    await channels.put(id, message('taught', 'I learnt <new1>', taught));
    await channels.put(id, message('other', 'a cat', { pictures: [{ ...picture, url: 'c' }] }));
    await channels.strip(id, '<new1>');
    expect(channels.shown()).toEqual(new Set(['c']));
    expect(channels.message(id, 'taught')?.text).toEqual(['I learnt <new1>']);
  });

  test('keep nothing of somebody who wants to be forgotten, neither in their log nor for those who come back', async () => {
    const { log, channels, id } = await opened();
    await channels.put(id, message('1', 'a secret wish', { author: 'person' }));
    await channels.put(id, message('2', 'drawn for ada', { pictures: [{ ...picture, url: 'ada.png' }] }));
    await channels.put(
      id,
      message('3', 'what ben said', { user: 'ben', pictures: [{ ...picture, url: 'b' }] }),
    );
    await channels.put(id, message('1', 'a secret wish, edited', { author: 'person' }));
    await channels.put(id, message('4', 'Deleted.', { personal: true }));
    await channels.erase(id, 'ada', '4');
    const seen: NumberedEvent[] = [];
    channels.watch(id, 'ben', 0, (event) => seen.push(event))();
    const again = await opened(log);
    for (const known of [channels, again.channels]) {
      expect(wordsIn(known, id)).toEqual(['what ben said', 'Deleted.']);
      expect(known.shown()).toEqual(new Set(['b']));
    }
    const left = JSON.stringify([await log.list(`web:${id}`), seen]);
    expect(left).toContain('what ben said');
    expect(left).not.toMatch(/secret|drawn for ada|ada\.png/);
    await again.channels.put(id, message('5', 'later'));
    expect(again.channels.state(id, 'ada').sequence).toBe(channels.state(id, 'ada').sequence + 1);
  });
});
