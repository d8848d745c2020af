import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSafetensors } from '../../src/safetensors.ts';
import { ask } from '../fakes/conversation.ts';
import { drawnIn, type House, looksOf, openHouse, serverNamed } from './house.ts';

let house: House;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.leave());

test('a dog is taught from pictures, kept, shown, exported and drawn', async () => {
  const server = serverNamed('kitchen');
  const taught = await house.teach(server, 'dog', { label: 'Rex', description: 'a purple dog' });
  expect(taught.words()).toMatch(
    /I learnt <new1> dog “Rex”.*\n[\d,]+ neurons · [\d.]+ % of U-Net and text encoder · \d+ s · loss/s,
  );
  const phases = [...new Set(taught.views.map(({ phase }) => phase))];
  expect(phases).toEqual(expect.arrayContaining(['Choosing the neurons', 'Learning', 'Drawing']));
  expect(taught.views.find(({ phase }) => phase === 'Learning')).toMatchObject({ step: 1, steps: 3 });
  const [sheet] = drawnIn(taught);
  expect((await sharp(sheet).metadata()).format).toBe('png');

  const [concept] = await house.bot.studio.concepts(server.id);
  expect(concept).toMatchObject({ token: '<new1>', classWord: 'dog', numbers: { steps: 3, pictures: 2 } });
  const exported = await ask(house.bot, 'concepts', { do: 'export', concept: '<new1>' }, { server });
  const { tensors } = decodeSafetensors(exported.replies[0]!.files![0]!.bytes);
  const indices = [...tensors].filter(([name]) => name.endsWith('.indices'));
  const changed = indices.reduce((sum, [, { data }]) => sum + data.length, 0);
  expect(changed).toBe(concept!.numbers.neurons);
  expect(changed).toBeGreaterThan(0);

  const drawn = await house.imagine(server, { prompt: 'a <new1> dog in the snow', count: 4, seed: 5 });
  const singles = drawnIn(drawn);
  expect(singles).toHaveLength(4);
  expect(new Set(singles.map((png) => Buffer.from(png).toString('base64'))).size).toBe(4);
  for (const png of singles) {
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
  }
});

test('the seed that is shown draws exactly the same picture again', async () => {
  const server = serverNamed('hall');
  const first = await house.imagine(server, { prompt: 'a dog in the park' });
  const seed = Number(/seed (\d+)/.exec(first.words())?.[1]);
  const again = await house.imagine(server, { prompt: 'a dog in the park', seed });
  expect(looksOf(again)).toEqual(looksOf(first));
  const other = await house.imagine(server, { prompt: 'a dog in the park', seed: seed ^ 1 });
  expect(looksOf(other)).not.toEqual(looksOf(first));
});

test('two servers may both have a <new1>, and neither changes what the other draws', async () => {
  const [cellar, attic] = [serverNamed('cellar'), serverNamed('attic')];
  const given = { prompt: 'a photo of a <new1>', seed: 3 };
  await house.teach(cellar, 'dog');
  const before = looksOf(await house.imagine(cellar, given));
  expect((await house.imagine(attic, given)).words()).toMatch(/There is no <new1> here/);
  await house.teach(attic, 'lighthouse');
  const theirs = looksOf(await house.imagine(attic, given));
  expect(theirs).not.toEqual(before);
  expect(looksOf(await house.imagine(cellar, given))).toEqual(before);
  await house.forget(cellar, '<new1>');
  expect(await house.bot.studio.concepts(cellar.id)).toEqual([]);
  expect(looksOf(await house.imagine(attic, given))).toEqual(theirs);
});

test('teaching and forgetting a concept leave the pictures of another and of no token as they were, bit for bit', async () => {
  const server = serverNamed('garden');
  const given = { prompt: 'a <new1> dog with a hat', seed: 9, count: 2 };
  await house.teach(server, 'dog');
  const both = async () => [
    looksOf(await house.imagine(server, given)),
    looksOf(await house.imagine(server, { ...given, prompt: 'a dog with a hat' })),
  ];
  const before = await both();
  expect(before[0]).not.toEqual(before[1]);
  await house.teach(server, 'hat');
  expect(await both()).toEqual(before);
  expect((await house.forget(server, '<new2>')).words()).toMatch(/is forgotten/);
  expect(await both()).toEqual(before);
  const gone = await house.imagine(server, { prompt: 'a <new2> hat' });
  expect(gone.words()).toMatch(/There is no <new2> here\. Taught here: <new1> dog/);
});
