import { expect, test } from 'vitest';
import { formOf } from '../../../../adapters/discord/forms/form.ts';
import { wordsFor } from '../../../../adapters/discord/locales/index.ts';
import { messagesIn } from '../../../../commands/locales/index.ts';
import teach from '../../../../commands/teach.ts';
import type { FakeInteraction } from '../../../fakes/discord/world.ts';
import { drawing, png } from '../../../fakes/studio.ts';
import { type House, openHouse } from '../house.ts';
import { permissionsOf } from '../platform.ts';

const entry = 'Teach from this message';

/** The form that an interaction opened. */
async function opened({ discord }: House, interaction: FakeInteraction) {
  await discord.wire.until(() => interaction.acknowledged);
  return interaction.acknowledged === 9 ? interaction.data : undefined;
}

test('a teach without pictures opens a form, with what was said filled in and a field for up to six', async () => {
  const house = await openHouse();
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog', kind: 'style', label: 'Rex' });
  const form = await opened(house, sent);
  expect(form).toMatchObject({ custom_id: 'form/teach', title: '/teach' });
  const { components } = form as unknown as { components: { component: Record<string, unknown> }[] };
  const fields = components.map(({ component }) => component);
  expect(fields).toEqual([
    expect.objectContaining({ type: 4, custom_id: 'class', value: 'dog', required: true }),
    expect.objectContaining({
      type: 3,
      custom_id: 'kind',
      options: [
        { label: 'subject', value: 'subject', default: false },
        { label: 'style', value: 'style', default: true },
        { label: 'scene', value: 'scene', default: false },
      ],
    }),
    expect.objectContaining({ type: 4, custom_id: 'label', value: 'Rex', required: false }),
    expect.objectContaining({ type: 4, custom_id: 'description', required: false }),
    {
      type: 19,
      custom_id: 'pictures',
      min_values: 1,
      max_values: 6,
      required: true,
      file_types: ['image'],
    },
  ]);
  expect(house.studio.asked).toEqual([]);
});

test('a form that is sent teaches with what it says', async () => {
  const house = await openHouse();
  const { ada, channel, studio } = house;
  const sent = ada.slash(channel, 'teach', { class: 'dog', label: 'Rex' });
  await opened(house, sent);
  const pictures = [await house.picture(), await house.picture()];
  const answer = await house.answered(ada.submit(sent, { kind: 'scene', description: ' brown ' }, pictures));
  expect(answer.state.content).toContain('I learnt');
  const request = { classWord: 'dog', kind: 'scene', label: 'Rex', description: 'brown' };
  expect(studio.asked).toMatchObject([{ request: { ...request, pictures: [{}, {}] } }]);
});

test('the menu of a message teaches with its pictures, once the form has asked for the class', async () => {
  const house = await openHouse();
  const { ada, channel, discord, studio } = house;
  const note = discord.attachments.keep(new Uint8Array(10), { name: 'a.txt' });
  const files = [await house.picture(), { ...note, content_type: 'text/plain' }, await house.picture()];
  const chosen = ada.menu(channel, ada.say(channel, 'my dog', files), entry);
  const form = await opened(house, chosen);
  expect(JSON.stringify(form)).not.toContain('"type":19');
  expect(form?.title).toBe(entry);
  await house.answered(ada.submit(chosen, { class: 'dog' }));
  expect(studio.asked).toMatchObject([{ request: { classWord: 'dog', pictures: [{}, {}] } }]);
});

test('of a message with more pictures than a lesson takes the first are taken, which the form says', async () => {
  const house = await openHouse();
  const { ada, channel, discord, studio } = house;
  const saying = async (count: number, who = ada) => {
    const pictures = await Promise.all(
      Array.from({ length: count }, (_, seed) => png(drawing(seed, 'park'))),
    );
    const files = pictures.map((picture) => discord.attachments.keep(picture));
    const chosen = who.menu(channel, who.say(channel, '', files), entry);
    return { pictures, chosen, form: JSON.stringify(await opened(house, chosen)) };
  };
  const { pictures, chosen, form } = await saying(8);
  expect(form).toContain('That message has 8 pictures. I learn from the first 6.');
  expect((await saying(6)).form).not.toContain('That message has');
  const mei = discord.person('mei', permissionsOf.teacher, 'zh-TW');
  expect((await saying(7, mei)).form).toContain('有 7 張圖片，我會用最前面的 6 張學習');
  const answer = await house.answered(ada.submit(chosen, { class: 'dog' }));
  expect(answer.state.content).toContain('I learnt');
  const { request } = studio.asked[0] as unknown as { request: { pictures: readonly Uint8Array[] } };
  expect(request.pictures.map((bytes) => Buffer.from(bytes))).toEqual(
    pictures.slice(0, 6).map((bytes) => Buffer.from(bytes)),
  );
});

test('only those who posted the pictures, and administrators, can have the bot learn from them', async () => {
  const house = await openHouse();
  const { ada, ben, boss, channel } = house;
  const message = ada.say(channel, '', [await house.picture()]);
  const refused = ben.menu(channel, message, entry);
  expect(await opened(house, refused)).toBeUndefined();
  const refusal = await house.answered(refused);
  expect(refusal.state.content).toContain('Someone else posted that');
  expect(refusal.alone).toBe(ben.user.id);
  expect(await opened(house, boss.menu(channel, message, entry))).toBeDefined();
});

test.each([
  ['has no pictures', [], 'That message has no pictures attached to it'],
  ['has a file that is none', ['text/plain'], 'That message has no pictures attached to it'],
])('a message that %s teaches nothing, and that is said', async (_, types, sentence) => {
  const house = await openHouse();
  const { ada, channel } = house;
  const files = await Promise.all(
    types.map(async (content_type) => ({ ...(await house.picture()), content_type })),
  );
  const answer = await house.answered(ada.menu(channel, ada.say(channel, 'hello', files), entry));
  expect(answer.state.content).toContain(sentence);
});

test('a form of before a restart that no longer knows its message says so', async () => {
  const house = await openHouse();
  const { ada, ben, channel } = house;
  const chosen = ada.menu(channel, ada.say(channel, '', [await house.picture()]), entry);
  const form = await opened(house, chosen);
  const other = { ...chosen, data: { ...form, custom_id: 'form/teach/123' } };
  expect((await house.answered(ada.submit(other, { class: 'dog' }))).state.content).toContain(
    'I no longer know which message that was',
  );
  expect((await house.answered(ben.submit(chosen, { class: 'dog' }))).state.content).toContain(
    'I no longer know which message that was',
  );
  expect(house.studio.asked).toEqual([]);
});

test('what would refuse the command anyway is said before anybody fills in a form', async () => {
  const house = await openHouse();
  const { ada, channel, discord, guild } = house;
  const long = ada.slash(channel, 'teach', { class: 'x'.repeat(200) });
  expect(await opened(house, long)).toBeUndefined();
  expect((await house.answered(long)).state.content).toContain('characters long');
  guild.opened.add('teach');
  const guest = discord.person('guest', permissionsOf.everyone);
  expect((await house.answered(guest.slash(channel, 'teach', { class: 'dog' }))).state.content).toContain(
    'for members who have the permission Attach Files in this channel',
  );
  guild.channels[0]!.botPermissions = 0n;
  expect((await house.answered(ada.slash(channel, 'teach', { class: 'dog' }))).state.content).toContain(
    'I may not answer in this channel',
  );
});

test('whom the command would refuse whatever they say is told so in place of the form', async () => {
  const spent = { code: 'not-allowed', message: 'You had all your lessons of today.' } as const;
  const house = await openHouse({ studio: { mayTeach: async () => ({ ok: false, problem: spent }) } });
  const { channel, discord, guild } = house;
  guild.opened.add(entry);
  const guest = discord.person('guest', permissionsOf.everyone);
  const said = guest.say(channel, '', [await house.picture()]);
  const refused = await house.answered(guest.menu(channel, said, entry));
  expect(refused.state.content).toContain('for members who have the permission Attach Files in this channel');
  const posted = house.ada.say(channel, '', [await house.picture()]);
  const late = await house.answered(house.ada.menu(channel, posted, entry));
  expect(late.state.content).toContain('You had all your lessons of today.');
  expect(late.alone).toBe(house.ada.user.id);
});

test('a command with more options than a form has fields gets none', () => {
  const options = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [
      `option${index}`,
      { type: 'string', maxLength: 10, description: 'One' } as const,
    ]),
  );
  const language = { words: messagesIn('en'), own: wordsFor('en').forms };
  expect(formOf({ ...teach, options }, {}, language)).toBeUndefined();
});
