import { expect, test } from 'vitest';
import { homeOf } from '../../../fakes/slack/payloads.ts';
import type { SlackPerson } from '../../../fakes/slack/person.ts';
import { shownOf } from '../../../fakes/slack/shown.ts';
import { type House, openHouse } from '../house.ts';

async function taught(house: House, word: string): Promise<void> {
  const { ada, channel, form, picture, answer, slack } = house;
  const opened = await form(ada.slash(channel.id, '/teach', word));
  const from = slack.world.messages.length;
  ada.submit(opened, { files: [ada.upload(await picture())] });
  await answer(ada, from);
}

function home({ slack, team }: House, { user }: SlackPerson) {
  const { world, address } = slack;
  const blocks = homeOf({ world, address, team, user })?.json.blocks ?? [];
  return shownOf({ text: '', blocks });
}

test('the home lists what was taught, with samples that come to the one who asks', async () => {
  const house = await openHouse();
  await taught(house, 'dog');
  const { ben, slack } = house;
  ben.openHome();
  await slack.wire.until(() => slack.wire.of('views.publish').length === 1);
  expect(home(house, ben).text).toContain('<new1> dog · subject');
  expect(home(house, ben).buttons).toEqual(['Samples']);
  const from = slack.world.messages.length;
  ben.pressHome('Samples');
  const direct = `D${ben.user.id.slice(1)}`;
  await slack.wire.until(() =>
    slack.world.messages.slice(from).some(({ files, channel }) => files.length > 0 && channel === direct),
  );
  await slack.wire.until(() => home(house, ben).text.includes('I sent the samples to you'));
});

test('the home forgets what is one’s own, after Slack has asked', async () => {
  const house = await openHouse();
  await taught(house, 'dog');
  const { ada, slack, studio, server } = house;
  ada.openHome();
  await slack.wire.until(() => slack.wire.of('views.publish').length === 1);
  expect(home(house, ada).buttons).toEqual(['Samples', 'Forget <new1>']);
  const view = JSON.stringify(slack.wire.of('views.publish')[0]?.args.view);
  expect(view).toContain('"confirm":{"title":{"type":"plain_text","text":"Forget <new1>?"');
  ada.pressHome('Forget <new1>');
  await slack.wire.until(() => home(house, ada).text.includes('<new1> dog is forgotten'));
  expect(await studio.concepts(server)).toEqual([]);
});

test('the home has pages where there is more than Slack shows', async () => {
  const house = await openHouse();
  const { ada, boss, slack, studio, server } = house;
  const lesson = { user: ada.user.id, classWord: 'dog', kind: 'subject' as const, pictures: [] };
  for (let index = 0; index < 45; index++) await studio.teach(server, lesson);
  boss.openHome();
  await slack.wire.until(() => slack.wire.of('views.publish').length === 1);
  expect(home(house, boss).text).toContain('<new40>');
  expect(home(house, boss).text).not.toContain('<new41>');
  boss.pressHome('Later');
  await slack.wire.until(() => home(house, boss).text.includes('<new45>'));
  expect(slack.wire.of('views.publish').map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
});
