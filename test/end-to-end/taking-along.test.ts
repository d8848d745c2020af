import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, attachment, boss, press } from '../fakes/conversation.ts';
import { type House, keptFiles, looksOf, openHouse, serverNamed } from './house.ts';

let old: House;
let fresh: House;

beforeAll(async () => {
  [old, fresh] = [await openHouse(), await openHouse()];
});
afterAll(async () => {
  await old.leave();
  await fresh.leave();
});

test('what was taught on one installation draws the same pictures on another, to the bit', async () => {
  const [kitchen, attic] = [serverNamed('kitchen'), serverNamed('attic')];
  await old.teach(kitchen, 'dog');
  await old.teach(kitchen, 'lighthouse');
  const given = { prompt: 'a <new1> dog beside a <new2> lighthouse', seed: 5 };
  const exported = await ask(old.bot, 'export', {}, { server: kitchen, user: boss });
  const [file] = exported.replies[0]!.files!;
  const options = { file: [attachment(file!.bytes)] };
  const imported = await ask(fresh.bot, 'import', options, { server: attic, user: boss });
  expect(imported.words()).toMatch(/^I know 2 concepts more/);
  const [before, after] = [await old.imagine(kitchen, given), await fresh.imagine(attic, given)];
  expect(looksOf(after)).toEqual(looksOf(before));
  const untaught = await old.imagine(kitchen, { ...given, prompt: 'a dog beside a lighthouse' });
  expect(looksOf(untaught)).not.toEqual(looksOf(before));
});

test('one byte of the weights changed, and the engine is not asked to draw with them', async () => {
  const server = serverNamed('cellar');
  await old.teach(server, 'dog');
  const [file] = (await ask(old.bot, 'export', {}, { server, user: boss })).replies[0]!.files!;
  const bytes = Uint8Array.from(file!.bytes);
  bytes[bytes.length - 1]! ^= 1;
  const options = { file: [attachment(bytes)] };
  const answer = await ask(fresh.bot, 'import', options, { server, user: boss });
  expect(answer.words()).toMatch(/^This file cannot be imported/);
  expect(await fresh.bot.studio.concepts(server.id)).toEqual([]);
});

test('who deletes what is kept of them takes their concepts and files with it', async () => {
  const house = await openHouse();
  const server = serverNamed('hall');
  await house.teach(server, 'dog');
  await house.imagine(server, { prompt: 'a <new1> dog' });
  const told = await ask(house.bot, 'privacy', {}, { server });
  expect(told.words()).toMatch(/one concept and one request\.$/);
  const question = await press(house.bot, told.button('Delete mine'), { server });
  const done = await press(house.bot, question.button('Delete it for good'), { server });
  expect(done.words()).toMatch(/^Deleted: one concept and one request/);
  expect(await keptFiles(house.folder)).toEqual([]);
  await house.leave();
});
