import { expect, test } from 'vitest';
import { choicesOf } from '../../../../adapters/discord/completion/autocomplete.ts';
import { openHouse } from '../house.ts';

test('a prompt is completed with what was taught there', async () => {
  const house = await openHouse();
  const { ada, channel, discord } = house;
  await house.answered(ada.slash(channel, 'teach', { class: 'dog', label: 'Rex' }, [await house.picture()]));
  for (const typed of ['a park with re', 'a park with do', 'a park with <ne']) {
    const typing = ada.type(channel, 'imagine', 'prompt', typed);
    await discord.wire.until(() => typing.data);
    expect(typing.data).toEqual({
      choices: [{ name: 'a park with <new1> dog · Rex · dog · subject', value: 'a park with <new1> dog' }],
    });
  }
  const elsewhere = ada.type(discord.guild('garden').channels[0]!.id, 'imagine', 'prompt', 'a do');
  await discord.wire.until(() => elsewhere.data);
  expect(elsewhere.data).toEqual({ choices: [] });
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
  const choices = choicesOf([
    { value: 'x'.repeat(101), label: 'too long' },
    { value: '' },
    { value: 'y'.repeat(100), label: 'as long as can be' },
    ...Array.from({ length: 30 }, (_, index) => ({ value: `<new${index}>` })),
  ]);
  expect(choices).toHaveLength(25);
  expect(choices[0]).toEqual({ name: `${'y'.repeat(99)}…`, value: 'y'.repeat(100) });
  expect(choices[1]).toEqual({ name: '<new0>', value: '<new0>' });
});
