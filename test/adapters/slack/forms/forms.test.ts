import { expect, test } from 'vitest';
import type { Serving } from '../../../fakes/serving.ts';
import { shownOf } from '../../../fakes/slack/shown.ts';
import { drawing, png } from '../../../fakes/studio.ts';
import { openHouse } from '../house.ts';

test('a command that needs pictures opens a form with what was typed filled in', async () => {
  const { ada, channel, studio, form, picture, answer } = await openHouse();
  const opened = await form(ada.slash(channel.id, '/teach', 'dog kind:scene label:Rex'));
  expect(opened.json.blocks.map(({ block_id }) => block_id)).toEqual([
    'class',
    'kind',
    'label',
    'description',
    'pictures',
    undefined,
  ]);
  const pictures = [await picture(), await picture()];
  ada.submit(opened, { values: { label: 'Old Rex' }, files: pictures.map((bytes) => ada.upload(bytes)) });
  await answer(ada);
  expect(studio.asked.at(-1)?.request).toMatchObject({
    classWord: 'dog',
    kind: 'scene',
    label: 'Old Rex',
    pictures: pictures.map((bytes) => new Uint8Array(bytes)),
  });
});

test('a prompt that was not typed is asked for by a form, which tells the words that were taught', async () => {
  const { ada, channel, studio, form, picture, answer, slack } = await openHouse();
  for (const [word, label] of [
    ['dog', 'Rex'],
    ['hat', ''],
  ] as const) {
    const opened = await form(ada.slash(channel.id, '/teach', word));
    const from = slack.world.messages.length;
    ada.submit(opened, { values: { label }, files: [ada.upload(await picture())] });
    await answer(ada, from);
  }
  const opened = await form(ada.slash(channel.id, '/imagine', 'count:2'));
  const below = opened.json.blocks[1] as { elements?: readonly { text: string }[] };
  expect(below.elements?.[0]?.text).toBe(
    'Taught here, the newest first: <new2> hat (hat · subject), <new1> dog (Rex · dog · subject)',
  );
  const from = slack.world.messages.length;
  ada.submit(opened, { values: { prompt: 'a new1 dog' } });
  await answer(ada, from);
  expect(studio.asked.at(-1)?.request).toMatchObject({ prompt: 'a <new1> dog', count: 2 });
});

test('a concept that was not named is chosen in a form, and what is wrong with the rest is said there', async () => {
  const { ada, channel, studio, server, form, picture, answer, slack } = await openHouse();
  const taught = await form(ada.slash(channel.id, '/teach', 'dog label:Rex'));
  ada.submit(taught, { files: [ada.upload(await picture())] });
  await answer(ada);
  const opened = await form(ada.slash(channel.id, '/forget'));
  const [{ element }] = opened.json.blocks as unknown as [{ element: { type: string; options: unknown } }];
  expect(element).toMatchObject({
    type: 'static_select',
    options: [{ value: '<new1>', text: { text: '<new1> (Rex · dog · subject)' } }],
  });
  const from = slack.world.messages.length;
  ada.submit(opened, { values: { concept: '<new1>' } });
  const question = await answer(ada, from);
  expect(shownOf(question.state).buttons).toEqual(['Forget <new1>', 'Keep it']);
  expect(await studio.concepts(server)).toHaveLength(1);
  const drawing = await form(ada.slash(channel.id, '/imagine'));
  const sent = ada.submit(drawing, { values: { prompt: 'a dog', count: 9 } });
  expect(JSON.stringify((await sent.delivered).body)).toContain('count is a whole number from 1 to 4');
});

test('a file of a wrong type is refused in the form, which stays open', async () => {
  const { ada, channel, studio, form } = await openHouse();
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  const notes = ada.upload(new TextEncoder().encode('notes'), 'notes.txt');
  expect(() => ada.submit(opened, { files: [notes] })).toThrow('does not take');
  const sent = ada.submit(opened, { files: [notes], careless: true });
  expect((await sent.delivered).body).toEqual({
    response_action: 'errors',
    errors: { pictures: 'notes.txt is not a picture. Choose JPEG, PNG, WebP or GIF files.' },
  });
  expect([opened.open, studio.asked]).toEqual([true, []]);
});

test('what the server does not allow is said in the form, which stays open', async () => {
  const { ada, channel, boss, texts, form, picture } = await openHouse();
  boss.slash(channel.id, '/keepsake-settings', 'words:gore');
  await texts(boss);
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  const sent = ada.submit(opened, { values: { label: 'gore' }, files: [ada.upload(await picture())] });
  expect(JSON.stringify((await sent.delivered).body)).toContain('“gore”');
  expect(opened.open).toBe(true);
});

test('a form whose answer cannot be posted says so, stays open, and can be sent again', async () => {
  const { ada, channel, slack, form, picture, answer } = await openHouse();
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  slack.faults.next('chat.postMessage', { error: 'fatal_error' });
  const filled = { files: [ada.upload(await picture())] };
  const sent = ada.submit(opened, filled);
  expect((await sent.delivered).body).toEqual({
    response_action: 'errors',
    errors: { pictures: 'Something went wrong on my side. Try again in a moment.' },
  });
  expect(opened.open).toBe(true);
  ada.submit(opened, filled);
  expect(shownOf((await answer(ada)).state).text).toMatch(/^I learnt <new1> dog/);
});

test('what a form says calls commands as Slack does', async () => {
  const { ada, boss, channel, texts, form, picture } = await openHouse();
  const bring = await form(boss.slash(channel.id, '/keepsake-import'));
  const hints = bring.json.blocks.map(({ hint }) => (hint as { text: string } | undefined)?.text);
  expect(hints.at(-1)).toContain('The file that /keepsake-export made');
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  boss.slash(channel.id, '/keepsake-settings', 'concepts:1 user-lessons:1');
  await texts(boss);
  const other = await form(ada.slash(channel.id, '/teach', 'cat'));
  await ada.submit(opened, { files: [ada.upload(await picture())] }).delivered;
  const sent = ada.submit(other, { files: [ada.upload(await picture())] });
  expect(JSON.stringify((await sent.delivered).body)).toContain('allow more with /keepsake-settings.');
});

test('a form of an earlier version is refused in the language of who sends it', async () => {
  const { slack, team, channel, form, picture } = await openHouse();
  const mei = slack.person(team, 'mei', { locale: 'zh-TW' });
  const opened = await form(mei.slash(channel.id, '/teach', 'dog'));
  opened.json = { ...opened.json, private_metadata: 'of another version' };
  const sent = mei.submit(opened, { files: [mei.upload(await picture())] });
  expect(JSON.stringify((await sent.delivered).body)).toContain('這個表單已經不是我的了，請重新送出指令。');
});

test('who may not teach is told so before a form is opened', async () => {
  const { ada, channel, boss, texts, slack } = await openHouse();
  boss.slash(channel.id, '/keepsake-settings', 'teachers:administrators');
  await texts(boss);
  ada.slash(channel.id, '/teach', 'dog');
  expect((await texts(ada)).at(-1)).toMatch(/only administrators may teach/);
  expect(slack.wire.of('views.open')).toEqual([]);
});

test('a form that Slack no longer opens is told of', async () => {
  const { ada, channel, slack, texts } = await openHouse();
  slack.faults.next('users.info', {
    hold: Promise.resolve().then(() => slack.clock.advance(3100)),
  });
  ada.slash(channel.id, '/teach', 'dog');
  expect((await texts(ada)).at(-1)).toBe('Slack did not wait for me. Send the command again.');
  expect(slack.wire.of('views.open').map(({ outcome }) => outcome)).toEqual(['expired_trigger_id']);
});

test('a message’s menu teaches from its pictures, for who posted them and for administrators', async () => {
  const { ada, ben, boss, channel, studio, form, texts, picture, slack, answer } = await openHouse();
  const files = [ada.upload(await picture()), ada.upload(new Uint8Array(9), 'notes.txt')];
  const message = ada.say(channel.id, 'my dog', files);
  ben.shortcut(message, 'form/teach');
  expect((await texts(ben)).at(-1)).toMatch(/^Someone else posted that/);
  for (const [person, word] of [
    [ada, 'dog'],
    [boss, 'cat'],
  ] as const) {
    const opened = await form(person.shortcut(message, 'form/teach'));
    const from = slack.world.messages.length;
    person.submit(opened, { values: { class: word } });
    await answer(person, from);
    const { request } = studio.asked.at(-1)!;
    expect(request).toMatchObject({ classWord: word, pictures: [new Uint8Array(await picture())] });
  }
});

test('of a message with more pictures than a lesson takes the first are taken, and the form says how many', async () => {
  const { ada, channel, studio, form, answer } = await openHouse();
  const pictures = await Promise.all(Array.from({ length: 8 }, (_, index) => png(drawing(index, 'park'))));
  const message = ada.say(
    channel.id,
    'my dog',
    pictures.map((bytes) => ada.upload(bytes)),
  );
  const opened = await form(ada.shortcut(message, 'form/teach'));
  const said = opened.json.blocks.flatMap(({ elements }) => (elements ?? []) as readonly { text: string }[]);
  expect(said.map(({ text }) => text)).toContain('That message has 8 pictures. I learn from the first 6.');
  ada.submit(opened, { values: { class: 'dog' } });
  await answer(ada);
  const first = pictures.slice(0, 6).map((bytes) => new Uint8Array(bytes));
  expect(studio.asked.at(-1)!.request).toMatchObject({ pictures: first });
});

test('a message without pictures is said to have none', async () => {
  const { ada, channel, texts } = await openHouse();
  ada.shortcut(ada.say(channel.id, 'hello'), 'form/teach');
  expect(await texts(ada)).toEqual(['That message has no pictures attached to it.']);
});

test.each([
  ['page', 'is not shown to me: Slack answered with a page to log in by'],
  ['cut', 'did not arrive whole'],
  ['longer', 'is larger than Slack said'],
  ['elsewhere', 'did not arrive whole'],
  ['hanging', 'did not arrive within 0.2 s'],
] as const)('a picture that comes %s is refused with a sentence', async (serving: Serving, sentence) => {
  const { ada, channel, form, picture, answer, studio } = await openHouse({ fetchSeconds: 0.2 });
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  const file = ada.upload(await picture());
  file.serving = serving;
  ada.submit(opened, { files: [file] });
  expect(shownOf((await answer(ada)).state).text).toContain(`One of the files ${sentence}`);
  expect(studio.asked).toEqual([]);
});

test('files are fetched from Slack’s hosts alone, and the token goes nowhere else', async () => {
  const { ada, channel, form, picture, answer, slack, team } = await openHouse({
    files: ['https://files.slack.com'],
  });
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  ada.submit(opened, { files: [ada.upload(await picture())] });
  expect(shownOf((await answer(ada)).state).text).toContain('is not kept by Slack');
  expect(slack.wire.of('download')).toEqual([]);
  void team;
});
