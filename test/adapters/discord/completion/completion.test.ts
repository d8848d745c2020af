import { expect, test } from 'vitest';
import { caretOf } from '../../../../adapters/discord/completion/caret.ts';
import { offersOf } from '../../../../adapters/discord/completion/choices.ts';
import type { ImagineRequest } from '../../../../src/studio/studio.ts';
import { type House, openHouse } from '../house.ts';

interface Choice {
  readonly name: string;
  readonly value: string;
}

/** The choices that are shown for a prompt typed so far. */
async function typed({ ada, channel, discord }: House, text: string): Promise<readonly Choice[]> {
  const typing = ada.type(channel, 'imagine', 'prompt', text);
  await discord.wire.until(() => typing.data);
  return (typing.data as unknown as { choices: readonly Choice[] }).choices;
}

/** The prompt that is drawn where the command is sent with that one. */
async function drawn(house: House, prompt: string): Promise<string> {
  await house.answered(house.ada.slash(house.channel, 'imagine', { prompt }));
  const { request } = house.studio.asked.at(-1)!;
  return (request as ImagineRequest).prompt;
}

async function houseWith(...labels: readonly string[]): Promise<House> {
  const house = await openHouse();
  for (const label of labels) {
    const request = {
      user: 'ada',
      classWord: 'dog',
      kind: 'subject',
      label,
      pictures: async () => [],
    } as const;
    await house.studio.teach(house.server, request);
  }
  return house;
}

const long = `a park ${'with a long path and many trees '.repeat(8)}and`;

test('a prompt is completed with what was taught there, by token, label and class word', async () => {
  const house = await houseWith('Rex');
  for (const start of ['re', 'do', '<ne', 'new', '1', '<rex', '<do']) {
    expect(await typed(house, `a park with ${start}`)).toEqual([
      { name: 'a park with <new1> dog · Rex · dog · subject', value: 'a park with <new1> dog' },
    ]);
  }
  const elsewhere = house.ada.type(
    house.discord.guild('garden').channels[0]!.id,
    'imagine',
    'prompt',
    'a do',
  );
  await house.discord.wire.until(() => elsewhere.data);
  expect(elsewhere.data).toEqual({ choices: [] });
});

test('a concept is found in the middle of a prompt: where it was begun with <, and where something was typed', async () => {
  const house = await houseWith('Rex');
  expect((await typed(house, 'a <re in the park'))[0]?.value).toBe('a <new1> dog in the park');
  await typed(house, 'a  in the park');
  expect((await typed(house, 'a do in the park'))[0]?.value).toBe('a <new1> dog in the park');
  await typed(house, 'a dog in the park');
  expect((await typed(house, 'a do in the park'))[0]?.value).toBe('a <new1> dog in the park');
});

test.each([
  ['a dog', undefined, 'a dog|'],
  ['a dog', 'a do', 'a dog|'],
  ['a do in snow', 'a d in snow', 'a do| in snow'],
  ['a d in snow', 'a dog in snow', 'a d| in snow'],
  ['a <ne in snow', undefined, 'a <ne| in snow'],
  ['a <new1> dog in', undefined, 'a <new1> dog in|'],
  ['something else dog', 'a hot dog', 'something else dog|'],
  ['', 'a', '|'],
])('the caret of %j after %j is at %j', (now, before, marked) => {
  expect(caretOf(now, before)).toBe(marked.indexOf('|'));
});

test('of more than 25 concepts each is on one of the pages that the last choice leads to', async () => {
  const house = await houseWith(...Array.from({ length: 60 }, (_, index) => `Dog ${index + 1}`));
  const pages: (readonly Choice[])[] = [await typed(house, 'a do')];
  for (let page = 2; page <= 4; page++) pages.push(await typed(house, pages.at(-1)!.at(-1)!.value));
  expect(pages.map(({ length }) => length)).toEqual([25, 25, 13, 25]);
  const values = pages.slice(0, 3).flatMap((page) => page.slice(0, -1).map(({ value }) => value));
  expect(values).toEqual(Array.from({ length: 60 }, (_, index) => `a <new${index + 1}> dog`));
  expect(pages[0]!.at(-1)?.name).toBe('[…] 36 more: page 2 of 3');
  expect(pages[3]).toEqual(pages[0]);
});

test('what leads to another page is sent as what was typed', async () => {
  const house = await houseWith(...Array.from({ length: 30 }, (_, index) => `Dog ${index + 1}`));
  const { value } = (await typed(house, 'a do')).at(-1)!;
  expect(await drawn(house, value)).toBe('a do');
});

test('a choice may be sent by its name, and edited: clients do not always send its value', async () => {
  const house = await houseWith('Rex', 'Max');
  const [first] = await typed(house, 'a re');
  expect(await drawn(house, first!.name)).toBe('a <new1> dog');
  expect(await drawn(house, `${first!.name} in the snow`)).toBe('a <new1> dog in the snow');
  const [second] = await typed(house, `${first!.name} and ma`);
  expect(second?.value).toBe('a <new1> dog and <new2> dog');
  expect(await drawn(house, `${second!.name} at night`)).toBe('a <new1> dog and <new2> dog at night');
});

test('what was chosen is still known after much more was typed behind it', async () => {
  const house = await houseWith(...Array.from({ length: 30 }, (_, index) => `Dog ${index + 1}`));
  const { name } = (await typed(house, 'a do'))[0]!;
  for (const more of [' and d', ' and do', ' and dog', ' and a d', ' and a do'])
    await typed(house, name + more);
  expect(await drawn(house, `${name} in the snow`)).toBe('a <new1> dog in the snow');
});

test('a prompt that is longer than a choice may be is completed without losing any of it', async () => {
  const house = await houseWith('Rex', 'Max');
  for (const words of [`${long} re`, `a <rex and ${long}`, `${long} <rex ${long}`]) {
    const whole = words.replace(/<?rex?\b/, '<new1> dog');
    const [choice] = await typed(house, words);
    expect(choice!.name.length).toBeLessThanOrEqual(100);
    expect(choice!.value.length).toBeLessThanOrEqual(100);
    expect(choice!.name).toContain('<new1> dog');
    expect(choice!.name).toContain('Rex');
    expect(await drawn(house, choice!.value)).toBe(whole);
    expect(await drawn(house, choice!.name)).toBe(whole);
    const [next] = await typed(house, `${choice!.name} ma`);
    expect(await drawn(house, next!.value)).toBe(`${whole} <new2> dog`);
  }
});

test('an omission whose words are no longer known is said, and not drawn', async () => {
  const house = await houseWith('Rex');
  const answer = await house.answered(
    house.ada.slash(house.channel, 'imagine', { prompt: '[…] and <new1> dog' }),
  );
  expect(answer.state.content).toContain('I no longer know the words that');
  expect(answer.alone).toBe(house.ada.user.id);
  expect(await drawn(house, 'a […] dog')).toBe('a […] dog');
});

test('what was offered to one person is read so from nobody else', async () => {
  const house = await houseWith('Rex');
  const [choice] = await typed(house, `${long} re`);
  const sent = house.ben.slash(house.channel, 'imagine', { prompt: choice!.value });
  expect((await house.answered(sent)).state.content).toContain('I no longer know the words that');
});

test('what takes too long to find is answered with nothing, and so is what fails', async () => {
  const house = await openHouse({ times: { completion: 30 } });
  const { ada, channel, discord, studio, logged } = house;
  house.guild.opened.add('forget');
  studio.concepts = () => new Promise(() => {});
  const hanging = ada.type(channel, 'forget', 'concept', 'do');
  await discord.wire.until(() => hanging.data);
  studio.concepts = () => Promise.reject(new Error('the store is broken'));
  const failing = ada.type(channel, 'imagine', 'prompt', 'a do');
  await discord.wire.until(() => failing.data);
  expect([hanging.data, failing.data]).toEqual([{ choices: [] }, { choices: [] }]);
  expect(logged.map(({ message }) => message)).toEqual(['nothing was found to complete an option']);
});

test('choices that Discord would refuse do not spoil the others', () => {
  const suggestions = [
    { value: 'x'.repeat(300), label: 'y'.repeat(300) },
    { value: '' },
    { value: '🐕'.repeat(90), label: '🐕'.repeat(60) },
    { value: '<new1>' },
  ];
  const offers = offersOf({ typed: 'a', suggestions, page: 1, more: () => '' });
  expect(offers).toHaveLength(3);
  for (const { name, value } of offers) {
    expect([name.length, value.length].every((length) => length > 0 && length <= 100)).toBe(true);
    expect(name.isWellFormed() && value.isWellFormed()).toBe(true);
  }
});
