import { PermissionFlagsBits as flags } from 'discord.js';
import { expect, test } from 'vitest';
import { wordsFor } from '../../../adapters/discord/locales/index.ts';
import { expectTranslated } from '../translated.ts';
import { labels, openHouse } from './house.ts';
import { permissionsOf } from './platform.ts';

test('Discord is told what commands, options, choices and menus are called in each language', async () => {
  const { discord } = await openHouse();
  const { commands } = discord.world;
  const teach = commands.find(({ name }) => name === 'teach');
  expect(teach).toMatchObject({
    name_localizations: { 'en-US': 'teach', 'zh-TW': '學習' },
    description_localizations: {
      'en-US': 'Teaches me something from one to six pictures of it',
      'zh-TW': '用一到六張圖片教我一樣東西',
    },
  });
  const options = teach?.options as readonly { name: string; name_localizations: Record<string, string> }[];
  expect(options.map(({ name_localizations }) => name_localizations['zh-TW'])).toEqual([
    '類別',
    '種類',
    '名稱',
    '描述',
    ...[1, 2, 3, 4, 5, 6].map((number) => `圖片${number}`),
  ]);
  expect(options[1]).toMatchObject({
    choices: [
      { value: 'subject', name_localizations: { 'zh-TW': '主體' } },
      { value: 'style', name_localizations: { 'zh-TW': '風格' } },
      { value: 'scene', name_localizations: { 'zh-TW': '場景' } },
    ],
  });
  expect(commands.find(({ type }) => type === 3)?.name_localizations).toEqual({
    'en-US': 'Teach from this message',
    'zh-TW': '用這則訊息教我',
  });
});

test('each person is answered in the language of their client, whatever that of the server is', async () => {
  const house = await openHouse();
  const { discord, channel } = house;
  const mei = discord.person('mei', permissionsOf.teacher, 'zh-TW');
  const answer = await house.answered(mei.slash(channel, 'teach', { class: 'dog' }, [await house.picture()]));
  expect(answer.state.content).toContain('我學會了');
  expect(labels(answer)).toEqual(['畫畫看']);
  const typing = mei.type(channel, 'imagine', 'prompt', 'a do');
  await discord.wire.until(() => typing.data);
  expect(typing.data).toEqual({ choices: [{ name: 'a <new1> dog · dog · 主體', value: 'a <new1> dog' }] });
  expect((await house.answered(house.ada.slash(channel, 'concepts'))).state.content).toContain(
    'concept taught here',
  );
});

test('forms, refusals and what Discord lacks are in that language too', async () => {
  const house = await openHouse();
  const { discord, channel, guild } = house;
  const mei = discord.person('mei', permissionsOf.teacher, 'zh-TW');
  const opening = mei.slash(channel, 'teach', { class: 'dog' });
  await discord.wire.until(() => opening.data);
  expect(opening.data).toMatchObject({ title: '/學習', components: [{ label: '類別' }, {}, {}, {}, {}] });
  const wrong = discord.attachments.keep(new Uint8Array([1, 2, 3]), { serving: 'page' });
  const refused = await house.answered(mei.slash(channel, 'teach', { class: 'dog' }, [wrong]));
  expect(refused.state.content).toContain('收到的是網頁');
  guild.channels[0]!.botPermissions = flags.ViewChannel | flags.SendMessages;
  const lacking = await house.answered(mei.slash(channel, 'imagine', { prompt: 'a dog' }));
  expect(lacking.state.content).toContain('附加檔案');
});

test('every sentence of Discord’s own is in Chinese, and none is missing', () => {
  expectTranslated(wordsFor('zh-TW'), wordsFor('en'));
});
