import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import { siblingScale } from '../../commands/imagine.ts';
import { loadCommands } from '../../commands/index.ts';
import type { ImagineRequest } from '../../src/studio/studio.ts';
import { ada, ask, attachment, ben, boss, home, press, recordConversation } from '../fakes/conversation.ts';
import { createFakeJobs } from '../fakes/records.ts';
import { createFakeStudio, type FakeStudio } from '../fakes/studio.ts';

const commands = await loadCommands();
const log = { info: () => {}, error: (details: object) => expect(details).toBeUndefined() };
let studio: FakeStudio;
let bot: Bot;

beforeEach(() => {
  studio = createFakeStudio();
  bot = createBot({ commands, studio, jobs: createFakeJobs(), log });
});

describe('/imagine', () => {
  test('posts one picture, or a grid with the single files', async () => {
    const single = (await ask(bot, 'imagine', { prompt: 'a dog' })).replies[0];
    expect(single?.pictures).toHaveLength(1);
    expect(single?.singles).toBeUndefined();
    const four = (await ask(bot, 'imagine', { prompt: 'a dog', count: 4, seed: 7 })).replies[0];
    expect(four?.pictures).toHaveLength(1);
    expect(four?.singles?.map((file) => file.name)).toEqual(
      [1, 2, 3, 4].map((index) => `a-dog-7-${index}.png`),
    );
  });

  test('shows the seed, and the prompt as it was typed', async () => {
    const answer = await ask(bot, 'imagine', { prompt: '**bold** @everyone <@1>', seed: 7 });
    expect(answer.words()).toContain('seed 7');
    expect(answer.replies[0]?.text[0]).toEqual({ strong: '**bold** @everyone <@1>' });
  });

  test('Again asks for the same with a new seed; Vary for the same seed with another guidance', async () => {
    const first = await ask(bot, 'imagine', { prompt: 'a dog', count: 2, seed: 7, negative: 'cats' });
    await press(bot, first.button('Again'), { user: ben });
    await press(bot, first.button('Vary'), { user: ben });
    const [, again, vary] = studio.asked.map(({ request }) => request);
    const settings = { prompt: 'a dog', count: 2, negativePrompt: 'cats', steps: 25 };
    expect(again).toEqual({ ...settings, guidanceScale: 5 });
    expect(vary).toEqual({ ...settings, seed: 7, guidanceScale: expect.any(Number) });
  });

  test('what comes of a button says from which picture, and leads there where the platform tells its address', async () => {
    const first = await ask(bot, 'imagine', { prompt: 'a dog', seed: 7 });
    const spans = async (label: string, more = {}) => {
      const conversation = recordConversation();
      await bot.press({ server: home, user: ada, id: first.button(label), ...more }, conversation);
      return [
        conversation.words(),
        conversation.replies[0]!.text.filter((span) => typeof span === 'object' && 'link' in span),
      ];
    };
    const there = { link: 'an earlier picture', to: 'https://chat.example/7' };
    expect(await spans('Again', { message: there.to })).toEqual([
      expect.stringMatching(/\nAnother seed for an earlier picture\.$/),
      [there],
    ]);
    expect(await spans('Vary', { message: there.to })).toEqual([
      expect.stringMatching(/\nA sibling of an earlier picture\.$/),
      [there],
    ]);
    expect(await spans('Again')).toEqual([expect.stringMatching(/earlier picture/), []]);
    expect(first.words()).not.toMatch(/earlier/);
  });

  test('Vary gives another sibling each time, and says how it was drawn', async () => {
    const first = await ask(bot, 'imagine', { prompt: 'a dog', seed: 7 });
    const scales = new Set<number>();
    for (let time = 0; time < 12; time++) {
      const answer = await press(bot, first.button('Vary'));
      const { guidanceScale = 5 } = studio.asked.at(-1)!.request as ImagineRequest;
      expect(answer.words()).toContain(`sketchbook · seed 7 · 25 steps · guidance ${guidanceScale} ·`);
      expect(Math.abs(Math.log(guidanceScale / 5))).toBeGreaterThan(0.13);
      expect(Math.abs(Math.log(guidanceScale / 5))).toBeLessThan(0.3);
      scales.add(guidanceScale);
    }
    expect(scales.size).toBeGreaterThan(3);
  });

  test.each([1, 1.05, 19, 20])('Vary stays within the limits from %d', (scale) => {
    for (const chance of [0, 0.3, 0.49, 0.5, 0.7, 0.999]) {
      const sibling = siblingScale(scale, chance);
      expect(sibling).toBeGreaterThanOrEqual(1);
      expect(sibling).toBeLessThanOrEqual(20);
      expect(sibling).not.toBe(scale);
    }
  });

  test('Single pictures brings each by itself, without drawing those again that were drawn just now', async () => {
    const four = await ask(bot, 'imagine', { prompt: 'a dog', count: 3, seed: 7 });
    const singles = await press(bot, four.button('Single pictures'), { user: ben });
    expect(singles.replies[0]?.pictures?.map(({ png }) => png)).toEqual(
      four.replies[0]?.singles?.map(({ bytes }) => bytes),
    );
    expect(singles.replies[0]?.pictures?.map(({ alt }) => alt)).toEqual(
      [1, 2, 3].map((number) => `Picture ${number} of 3 of a dog`),
    );
    expect(studio.asked).toHaveLength(1);
    const single = await ask(bot, 'imagine', { prompt: 'a dog' });
    expect(() => single.button('Single pictures')).toThrow();
  });

  test('Single pictures draws them again where they have made room for others', async () => {
    bot = createBot({ commands, studio, jobs: createFakeJobs(), log, mostDrawn: 1 });
    const two = await ask(bot, 'imagine', { prompt: 'a dog', count: 2, seed: 7 });
    const singles = await press(bot, two.button('Single pictures'));
    expect(singles.replies[0]?.pictures?.map(({ png }) => png)).toEqual(
      two.replies[0]?.singles?.map(({ bytes }) => bytes),
    );
    expect(studio.asked.map(({ request }) => (request as ImagineRequest).seed)).toEqual([7, 7]);
  });

  test.each(['Again', 'Vary', 'Single pictures', 'Use the seed'])(
    '%s says so where a concept of the picture was forgotten since',
    async (label) => {
      await ask(bot, 'teach', { class: 'dog', pictures: [attachment(new Uint8Array([1]))] });
      const answer = await ask(bot, 'imagine', { prompt: 'a <new1> dog', count: 2 });
      await studio.forget('fake:home', '<new1>');
      expect((await press(bot, answer.button(label))).words()).toBe(
        '<new1> has been forgotten since this picture was made, so I cannot draw it any more.',
      );
    },
  );

  test('Use the seed gives the line that draws it again', async () => {
    const first = await ask(bot, 'imagine', { prompt: 'a dog', negative: 'a "cat"' });
    const answer = await press(bot, first.button('Use the seed'), { user: ben });
    expect(answer.replies[0]?.draft).toBe(
      '/imagine a dog count:1 seed:1001 steps:25 guidance:5 negative:"a \\"cat\\""',
    );
  });

  test('Delete is for the requester, moderators and administrators', async () => {
    const button = (await ask(bot, 'imagine', { prompt: 'a dog' })).button('Delete');
    expect((await press(bot, button, { user: ben })).words()).toMatch(/^Only the person who asked/);
    expect((await press(bot, button, { user: { ...ben, moderates: true } })).calls).toEqual(['remove']);
    expect((await press(bot, button, { user: ada })).calls).toEqual(['remove']);
    expect((await press(bot, button, { user: boss })).calls).toEqual(['remove']);
  });

  test('what the buttons of Again do belongs to who pressed it', async () => {
    const first = await ask(bot, 'imagine', { prompt: 'a dog' });
    const again = await press(bot, first.button('Again'), { user: ben });
    expect((await press(bot, again.button('Delete'), { user: ben })).calls).toEqual(['remove']);
  });

  test('a button whose record is gone says so', async () => {
    const id = (await ask(bot, 'imagine', { prompt: 'a dog' })).button('Again');
    const other = { id: 'fake:other', name: 'other' };
    expect((await press(bot, id, { server: other })).words()).toMatch(
      /no longer know how this picture was made/,
    );
  });
});
