import { expect, onTestFinished, test } from 'vitest';
import { attachmentOf, isPicture } from '../../../../adapters/attachments.ts';
import { wordsFor } from '../../../../adapters/discord/locales/index.ts';
import { createClock } from '../../../fakes/clock.ts';
import { startAttachmentHost } from '../../../fakes/discord/attachment-host.ts';
import { createWorld } from '../../../fakes/discord/world.ts';
import type { Serving } from '../../../fakes/serving.ts';
import { drawing, png } from '../../../fakes/studio.ts';
import { openHouse } from '../house.ts';

const bytes = new Uint8Array(5000).map((_, index) => index % 251);
const limit = 10_000;
const words = wordsFor('en').attachments;

async function open() {
  const world = createWorld(createClock());
  const host = await startAttachmentHost(world);
  onTestFinished(() => host.stop());
  const limits = { origins: [host.origin], seconds: 20 };
  const fetched = (serving: Serving, most = limit) => {
    const { filename: name, url, size } = host.keep(bytes, { serving });
    const seconds = serving === 'hanging' || serving === 'stalling' ? 0.2 : limits.seconds;
    return attachmentOf({ name, url, size }, { ...limits, seconds }, words).bytes(most);
  };
  return { world, host, limits, fetched };
}

test('an attachment is fetched whole', async () => {
  const { fetched } = await open();
  expect(await fetched('whole')).toEqual(bytes);
  expect(await fetched('whole', bytes.length)).toEqual(bytes);
});

test.each([
  ['hanging', 'did not arrive within 0.2 s. Send it again.'],
  ['stalling', 'did not arrive within 0.2 s. Send it again.'],
  ['longer', 'is larger than Discord said. Send a smaller copy.'],
  ['cut', 'did not arrive whole. Send it again.'],
  ['page', 'came as a web page. Send it again.'],
  ['elsewhere', 'did not arrive whole. Send it again.'],
] as const)('an attachment that comes %s is refused with a sentence', async (serving, sentence) => {
  const { fetched } = await open();
  await expect(fetched(serving)).rejects.toMatchObject({
    problem: { code: 'invalid-picture', message: `One of the files ${sentence}` },
  });
});

test('an attachment whose address has expired is refused with a sentence', async () => {
  const { world, host, limits } = await open();
  const { filename: name, url, size } = host.keep(bytes);
  world.clock.advance(86_401_000);
  await expect(attachmentOf({ name, url, size }, limits, words).bytes(limit)).rejects.toThrow(
    'One of the files is no longer kept by Discord. Send it again.',
  );
});

test('an attachment that says it is too large is not even asked for', async () => {
  const { host, fetched } = await open();
  await expect(fetched('whole', bytes.length - 1)).rejects.toThrow('is larger than 0 MB');
  expect(host.asked).toEqual([]);
});

test('nothing is fetched from anywhere but the hosts of Discord', async () => {
  const { host } = await open();
  const { filename: name, url, size } = host.keep(bytes);
  const discord = { origins: ['https://cdn.discordapp.com'], seconds: 1 };
  for (const address of [
    url,
    'file:///etc/passwd',
    'http://cdn.discordapp.com/a.png',
    'https://cdn.discordapp.com.example.com/a.png',
    'https://cdn.discordapp.com@127.0.0.1/a.png',
    'nonsense',
  ]) {
    const fetched = attachmentOf({ name, url: address, size }, discord, words).bytes(limit);
    await expect(fetched).rejects.toThrow('is not kept by Discord');
  }
  expect(host.asked).toEqual([]);
});

test('an address that leads on to another host is not followed, though the file lies there', async () => {
  const { host, limits, world } = await open();
  const other = await startAttachmentHost(world);
  onTestFinished(() => other.stop());
  const { url: elsewhere } = other.keep(bytes);
  const { filename: name, url, size } = host.keep(bytes, { serving: 'elsewhere', elsewhere });
  const fetched = attachmentOf({ name, url, size }, limits, words).bytes(limit);
  await expect(fetched).rejects.toThrow('One of the files did not arrive whole');
  expect([host.asked.length, other.asked]).toEqual([1, []]);
});

test('pictures are told by the type Discord gives, or by their name where it gives none', () => {
  const link = { url: '', size: 1 };
  expect(isPicture({ ...link, name: 'a.txt', contentType: 'image/png' })).toBe(true);
  expect(isPicture({ ...link, name: 'a.png', contentType: 'text/plain' })).toBe(false);
  expect(isPicture({ ...link, name: 'a.JPEG', contentType: null })).toBe(true);
  expect(isPicture({ ...link, name: 'a.mp4' })).toBe(false);
});

test('a teach whose picture does not arrive says so where the answer was to be, and teaches nothing', async () => {
  const house = await openHouse();
  const { ada, channel, discord, studio } = house;
  const page = discord.attachments.keep(bytes, { serving: 'page' });
  const answer = await house.answered(ada.slash(channel, 'teach', { class: 'dog' }, [page]));
  expect(answer.state.content).toBe('One of the files came as a web page. Send it again.');
  expect(studio.asked).toEqual([]);
});

/** A house, and how its people send six of the largest pictures. */
async function openCrowd(serving: Serving) {
  const house = await openHouse();
  const picture = serving === 'whole' ? await png(drawing(5, 'park')) : bytes;
  const huge = () => ({ ...house.discord.attachments.keep(picture, { serving }), size: 10 * 2 ** 20 });
  const send = (person: typeof house.ada, channel = house.channel) =>
    person.slash(channel, 'teach', { class: 'dog' }, Array.from({ length: 6 }, huge));
  return { house, send };
}

test('requests that would not fit into memory together are asked to come again, and one server leaves half to the others', async () => {
  const { house, send } = await openCrowd('hanging');
  const { ada, ben, boss, channel, discord } = house;
  const [garden] = discord.guild('garden').channels;
  for (const person of [ada, ada, ben, ben]) await house.working(send(person));
  const crowded = await house.answered(send(boss));
  expect(crowded.state.content).toContain('Too many pictures are on their way');
  expect(crowded.alone).toBe(boss.user.id);
  for (const person of [ada, ada, ben, ben]) await house.working(send(person, garden?.id));
  const drawn = await house.answered(ada.slash(channel, 'imagine', { prompt: 'a dog' }));
  expect(drawn.state.content).toContain('a dog');
});

test('pictures take no room any more once they are at the model’s size, however long their lesson waits', async () => {
  const { house, send } = await openCrowd('whole');
  const { ada, ben, boss, studio } = house;
  const people = [ada, ada, ada, ben, ben, ben, boss, boss];
  const letGo = house.hold();
  for (const [index, person] of people.entries()) {
    await house.working(send(person));
    await expect.poll(() => studio.asked).toHaveLength(index + 1);
  }
  letGo();
});
