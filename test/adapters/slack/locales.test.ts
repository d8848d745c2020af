import { expect, test } from 'vitest';
import { wordsFor } from '../../../adapters/slack/locales/index.ts';
import { homeOf } from '../../fakes/slack/payloads.ts';
import { shownOf } from '../../fakes/slack/shown.ts';
import { expectTranslated } from '../translated.ts';
import { openHouse } from './house.ts';

test('every sentence of Slack’s own is in Chinese, and none is missing', () => {
  expectTranslated(wordsFor('zh-TW'), wordsFor('en'));
});

test('each person’s forms, refusals and home are in the language of their client', async () => {
  const house = await openHouse();
  const { slack, team, channel, form, ada } = house;
  const mei = slack.person(team, 'mei', { locale: 'zh-TW' });
  const opened = mei.slash(channel.id, '/teach', 'dog');
  const { json } = await form(opened);
  const labels = json.blocks.map(({ label }) => (label as { text: string } | undefined)?.text);
  expect(labels.slice(0, -1)).toEqual(['類別', '種類', '名稱', '描述', '圖片']);
  expect(json.submit).toMatchObject({ text: '送出' });
  const closed = slack.channel(team, { name: 'closed', kind: 'private', member: false });
  mei.slash(closed.id, '/imagine', 'a dog');
  expect(await house.texts(mei)).toEqual([expect.stringContaining('我不在這個頻道裡')]);
  ada.slash(closed.id, '/imagine', 'a dog');
  expect(await house.texts(ada)).toEqual([expect.stringContaining('I am not in this channel')]);
  mei.openHome();
  await slack.wire.until(() => slack.wire.of('views.publish').length === 1);
  const { world, address } = slack;
  const home = homeOf({ world, address, team, user: mei.user });
  expect(home?.json.blocks[0]).toMatchObject({ text: { text: '我在這個工作空間學到的東西' } });
  expect(shownOf({ text: '', blocks: home!.json.blocks }).text).toMatch(/\p{Script=Han}/u);
});
