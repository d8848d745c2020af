import { expect, test } from 'vitest';
import { samplesRecord } from '../../../../adapters/slack/home/samples.ts';
import { createFakePlatformRecords } from '../../../fakes/records.ts';
import { homeOf } from '../../../fakes/slack/payloads.ts';
import type { SlackPerson } from '../../../fakes/slack/person.ts';
import { shownOf } from '../../../fakes/slack/shown.ts';
import { type House, type HouseOptions, openHouse } from '../house.ts';

/** A house that was taught so many dogs by ada. */
async function openTaught(count: number, options: HouseOptions = {}) {
  const records = createFakePlatformRecords();
  const house = await openHouse({ records, ...options });
  const { ada, studio, server } = house;
  const lesson = { user: ada.user.id, classWord: 'dog', kind: 'subject' as const, pictures: async () => [] };
  for (let index = 0; index < count; index++) await studio.teach(server, lesson);
  return { ...house, records };
}

function home({ slack, team }: Pick<House, 'slack' | 'team'>, { user }: SlackPerson) {
  const { world, address } = slack;
  const blocks = homeOf({ world, address, team, user })?.json.blocks ?? [];
  return { blocks, ...shownOf({ text: '', blocks }) };
}

const published = ({ slack }: Pick<House, 'slack'>) => slack.wire.of('views.publish');

test('the home lists what was taught with its samples, which lie on Slack once and are posted nowhere', async () => {
  const house = await openTaught(2);
  const { ada, ben, slack, studio, server, team, records } = house;
  ben.openHome();
  await slack.wire.until(() => home(house, ben).pictures.length === 2);
  expect(home(house, ben).text).toContain('<new1> dog · subject');
  expect(home(house, ben).buttons).toEqual([]);
  const kinds = home(house, ben).blocks.map(({ type, alt_text }) => alt_text ?? type);
  expect(kinds.slice(2)).toEqual([
    'rich_text',
    'Pictures I drew of <new1> dog',
    'rich_text',
    'Pictures I drew of <new2> dog',
  ]);
  const files = home(house, ben).pictures.map((id) => slack.world.files.get(String(id))!);
  for (const [index, { bytes, shares }] of files.entries()) {
    const sample = await studio.sample(server, `<new${index + 1}>`);
    expect(sample.ok && Buffer.compare(sample.value, bytes!)).toBe(0);
    expect([...shares]).toEqual([]);
  }
  const before = published(house).length;
  ada.openHome();
  await slack.wire.until(() => published(house).length > before);
  expect(home(house, ada).pictures).toEqual(files.map(({ id }) => id));
  expect([slack.wire.of('upload').length, slack.world.messages]).toEqual([2, []]);
  const noted = JSON.stringify(await records.read(samplesRecord(team.id)));
  expect(files.every(({ id }) => noted.includes(id))).toBe(true);
});

test('the home is there before its samples, and without those that Slack does not take', async () => {
  const house = await openTaught(2);
  const { ada, slack } = house;
  const held = Promise.withResolvers<void>();
  slack.faults.next('files.completeUploadExternal', { lost: true });
  slack.faults.next('files.completeUploadExternal', { hold: held.promise });
  ada.openHome();
  await slack.wire.until(() => published(house).length === 1);
  expect(home(house, ada).text).toContain('<new2> dog');
  expect(home(house, ada).pictures).toEqual([]);
  held.resolve();
  await slack.wire.until(() => published(house).length === 2);
  expect(home(house, ada).pictures).toHaveLength(1);
  expect([...slack.world.files.values()].filter(({ deleted }) => deleted)).toHaveLength(1);
});

test('what is forgotten is gone from Slack too, whichever way it was forgotten', async () => {
  const house = await openTaught(2);
  const { ada, channel, slack, studio, server, team, records } = house;
  ada.openHome();
  await slack.wire.until(() => home(house, ada).pictures.length === 2);
  const [first, second] = home(house, ada).pictures.map((id) => slack.world.files.get(String(id))!);
  expect(home(house, ada).buttons).toEqual(['Forget <new1>', 'Forget <new2>']);
  const view = JSON.stringify(published(house)[0]?.args.view);
  expect(view).toContain('"confirm":{"title":{"type":"plain_text","text":"Forget <new1>?"');
  ada.pressHome('Forget <new1>');
  await slack.wire.until(() => home(house, ada).text.includes('<new1> dog is forgotten'));
  await slack.wire.until(() => first!.deleted);
  expect([second!.deleted, home(house, ada).pictures]).toEqual([false, [second!.id]]);
  const from = slack.world.messages.length;
  ada.slash(channel.id, '/forget', '<new2>');
  ada.press(await house.answer(ada, from), 'Forget <new2>');
  await slack.wire.until(() => second!.deleted);
  expect(await studio.concepts(server)).toEqual([]);
  await expect.poll(() => records.kept.has(samplesRecord(team.id))).toBe(false);
});

test('a sample that somebody has deleted on Slack leaves the home in words, and is not brought again at once', async () => {
  const house = await openTaught(2);
  const { ada, ben, slack, team, records } = house;
  ada.openHome();
  await slack.wire.until(() => home(house, ada).pictures.length === 2);
  for (const id of home(house, ada).pictures) slack.world.files.get(String(id))!.deleted = true;
  for (const count of [4, 5]) {
    ben.openHome();
    await slack.wire.until(() => published(house).length === count);
    expect(home(house, ben).text).toContain('<new2> dog');
    expect(home(house, ben).pictures).toEqual([]);
    await expect.poll(() => records.kept.has(samplesRecord(team.id))).toBe(false);
  }
  await house.adapter.stop();
  expect(published(house).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'invalid_blocks', 'ok', 'ok']);
  expect(slack.wire.of('upload')).toHaveLength(2);
});

test('the home has pages, and samples that come late do not turn back', async () => {
  const house = await openTaught(12);
  const { boss, slack } = house;
  const held = Promise.withResolvers<void>();
  slack.faults.next('files.completeUploadExternal', { hold: held.promise });
  boss.openHome();
  await slack.wire.until(() => published(house).length === 1);
  expect(home(house, boss).text).toContain('<new10>');
  expect(home(house, boss).text).not.toContain('<new11>');
  boss.pressHome('Later');
  await slack.wire.until(() => home(house, boss).text.includes('<new12>'));
  held.resolve();
  await slack.wire.until(() => home(house, boss).pictures.length === 2);
  expect(published(house).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  expect(home(house, boss).buttons.at(-1)).toBe('Earlier');
});

test('a workspace that takes the app out loses the list of its samples', async () => {
  const house = await openTaught(1);
  const { ada, slack, team, records } = house;
  ada.openHome();
  await slack.wire.until(() => home(house, ada).pictures.length === 1);
  expect(records.kept.has(samplesRecord(team.id))).toBe(true);
  await slack.tell(team, { type: 'app_uninstalled' });
  await expect.poll(() => records.kept.has(samplesRecord(team.id))).toBe(false);
});
