import { expect, onTestFinished, test } from 'vitest';
import { jobLines, retryJob } from '../../commands/bot/dead-jobs.ts';
import { ada, recordConversation } from '../fakes/conversation.ts';
import { smallDisk } from '../fakes/disk.ts';
import { keptFiles, openHouse, picturesOf, serverNamed } from './house.ts';

const server = serverNamed('kitchen');

test('a concept for which the disk has no room is kept as it was trained, and stored once there is, the same bit for bit', async () => {
  const other = await openHouse();
  onTestFinished(() => other.leave());
  await other.teach(server, 'dog');

  const disk = smallDisk();
  disk.fill();
  const house = await openHouse({}, { store: { files: disk.files } });
  onTestFinished(() => house.leave());
  const placed = () => ({ ...recordConversation(), address: () => 'place' });
  const conversation = placed();
  const options = { class: 'dog', pictures: await picturesOf('dog') };
  await house.bot.run({ server, user: ada, command: 'teach', options }, conversation);
  expect(conversation.words()).toMatch(/disk is full/);
  expect(await keptFiles(house.folder)).toEqual([]);
  const [line] = await jobLines(house.store.ledger);
  expect(line).toMatchObject({ command: 'teach', dead: expect.stringContaining('disk is full') });

  disk.fill(false);
  await retryJob(house.store.ledger, line!.id);
  const again = placed();
  await house.bot.takeUp('test', async () => again);
  await expect.poll(() => again.replies.length, { timeout: 200_000 }).toBe(1);
  expect(again.words()).toMatch(/I learnt <new1>/);
  expect(
    again.views.filter(({ phase }) => phase === 'Learning'),
    'it was not trained again',
  ).toEqual([]);
  expect(await keptFiles(house.folder)).toEqual(await keptFiles(other.folder));
});
