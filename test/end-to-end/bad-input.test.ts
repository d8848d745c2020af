import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Concept } from '../../src/concept.ts';
import { ask, attachment } from '../fakes/conversation.ts';
import { smallDisk } from '../fakes/disk.ts';
import { handmadePng, plain } from '../pictures/files.ts';
import { drawnIn, type House, keptFiles, looksOf, openHouse, picturesOf, serverNamed } from './house.ts';

const server = serverNamed('kitchen');
const dog = await picturesOf('dog');
const jpeg = await plain(200, 200, 'tan').jpeg().toBuffer();
const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>');
const file = (bytes: Uint8Array, name = 'dog.png') => ({ class: 'dog', pictures: [attachment(bytes, name)] });

let house: House;
let kept: readonly Concept[];
let files: readonly string[];
let drawn: readonly string[];

beforeAll(async () => {
  house = await openHouse();
  await house.teach(server, 'dog');
  kept = await house.bot.studio.concepts(server.id);
  files = await keptFiles(house.folder);
  drawn = looksOf(await house.imagine(server, { prompt: 'a <new1> dog', seed: 2 }));
});
afterAll(() => house.leave());

async function expectNothingChanged(): Promise<void> {
  expect(await house.bot.studio.concepts(server.id)).toEqual(kept);
  expect(await keptFiles(house.folder)).toEqual(files);
  expect(looksOf(await house.imagine(server, { prompt: 'a <new1> dog', seed: 2 }))).toEqual(drawn);
}

test.each([
  ['no picture', { class: 'dog' }, /needs 1 to 6 pictures.*Add them/],
  ['seven pictures', { class: 'dog', pictures: Array(7).fill(dog[0]) }, /takes 1 to 6 pictures.*7 came/],
  ['a text file named .png', file(Buffer.from('hello there')), /text file.*Send a JPEG, PNG or WebP/],
  ['a truncated JPEG', file(jpeg.subarray(0, jpeg.length / 2)), /damaged or cut off.*Save it again/],
  ['a PNG of 30,000 × 30,000', file(handmadePng(30_000, 30_000)), /30000 × 30000.*smaller copy/],
  ['an SVG', file(svg), /SVG.*Export it as PNG/],
  ['a HEIC photo', file(Buffer.concat([heic, jpeg])), /HEIC.*JPEG/],
  ['an empty class word', { class: '  ', pictures: dog }, /needs a class: what it is/],
  ['a class word of 2,000 characters', { class: 'x'.repeat(2000), pictures: dog }, /2,000 characters.*40/],
  ['a class word like a token', { class: '<new1>', pictures: dog }, /class word is what the thing is/],
])('/teach with %s gets a sentence and changes nothing', async (_, options, sentence) => {
  expect((await ask(house.bot, 'teach', options, { server })).words()).toMatch(sentence);
  await expectNothingChanged();
});

test.each([
  ['an unknown token', { prompt: 'a <new7> dog' }, /no <new7> here\. Taught here: <new1> dog/],
  ['count 0', { prompt: 'a dog', count: 0 }, /count is a whole number from 1 to 4, not “0”/],
  ['count 99', { prompt: 'a dog', count: 99 }, /count is a whole number from 1 to 4, not “99”/],
])('/imagine with %s gets a sentence and changes nothing', async (_, options, sentence) => {
  const answer = await ask(house.bot, 'imagine', options, { server });
  expect(answer.words()).toMatch(sentence);
  expect(looksOf(answer)).toEqual([]);
  await expectNothingChanged();
});

test('an animated GIF is taught by its first frame, and the answer says so', async () => {
  const frames = Buffer.concat([Buffer.alloc(64 * 64 * 3, 20), Buffer.alloc(64 * 64 * 3, 240)]);
  const raw = { width: 64, height: 128, channels: 3, pageHeight: 64 } as const;
  const gif = await sharp(frames, { raw }).gif().toBuffer();
  const answer = await ask(house.bot, 'teach', file(gif), { server: serverNamed('gallery') });
  expect(answer.words()).toMatch(/I learnt <new1> dog.*animation; only its first frame was used/s);
});

test('a prompt over 77 tokens is drawn, and the answer says what was cut', async () => {
  const answer = await house.imagine(server, { prompt: `a dog ${'dog '.repeat(80)}beside a lighthouse` });
  expect(answer.words()).toMatch(/longer than the model reads.*not drawn: “.*beside a lighthouse”/);
  expect(drawnIn(answer)).toHaveLength(1);
});

test('a teach while the engine is down gets a sentence and keeps nothing', async () => {
  const handlers = new URL('../engine/handlers-that-fail.ts', import.meta.url);
  const down = await openHouse({}, { engine: { handlers, log: () => {} } });
  onTestFinished(() => down.leave());
  expect((await down.teach(server, 'dog')).words()).toMatch(/engine does not start.*Nothing taught was lost/);
  expect(await down.bot.studio.concepts(server.id)).toEqual([]);
});

test('a disk that is full gets a sentence, keeps what was there and takes the next teach', async () => {
  const disk = smallDisk();
  const small = await openHouse({}, { store: { files: disk.files } });
  onTestFinished(() => small.leave());
  await small.teach(server, 'dog');
  const before = await small.bot.studio.concepts(server.id);
  disk.fill();
  expect((await small.teach(server, 'hat')).words()).toMatch(/disk is full.*free some space/);
  expect(await small.bot.studio.concepts(server.id)).toEqual(before);
  disk.fill(false);
  expect((await small.teach(server, 'hat')).words()).toMatch(/I learnt/);
});

test('a file corrupted by hand is found by its hash, and only its concept is affected', async () => {
  const attic = serverNamed('attic');
  await house.teach(attic, 'horse');
  await house.teach(attic, 'hat');
  const [damaged] = await house.bot.studio.concepts(attic.id);
  const path = house.store.concepts.blobPath(damaged!.blob);
  const sound = await readFile(path);
  await writeFile(path, sound.with(sound.length - 1, sound.at(-1)! ^ 1));

  const refused = await house.imagine(attic, { prompt: 'a <new1> horse' });
  expect(refused.words()).toMatch(/stored of <new1> horse is damaged.*\/forget <new1>.*every other concept/);
  const other = await house.imagine(attic, { prompt: 'a <new2> hat' });
  expect(drawnIn(other)).toHaveLength(1);
  expect(other.words()).toMatch(/<new1> horse was left out/);
  expect(looksOf(await house.imagine(server, { prompt: 'a <new1> dog', seed: 2 }))).toEqual(drawn);

  await writeFile(path, sound);
  expect(drawnIn(await house.imagine(attic, { prompt: 'a <new1> horse' }))).toHaveLength(1);
});
