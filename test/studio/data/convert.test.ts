import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { failure, success, unwrap } from '../../../src/result.ts';
import { scene } from '../scene.ts';

it('a concept is converted by the engine, and nothing of it changes', async () => {
  const { studio, engine, taught } = await scene();
  const dog = await taught('a', 'dog');
  const { files } = unwrap(await studio.convertConcept('a', '<new1>', 'lora'));
  expect(files.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(['<new1> as lora']);
  expect(engine.conversions).toEqual([{ token: '<new1>', format: 'lora' }]);
  expect(await studio.concepts('a')).toEqual([dog]);
});

it('what cannot be converted is told, and the engine is not asked for it', async () => {
  const { studio, engine, store, taught } = await scene();
  const [dog] = [await taught('a', 'dog'), await taught('b', 'cat')];
  expect(await studio.convertConcept('a', '<new2>', 'lora')).toMatchObject({
    problem: { code: 'unknown-token', message: expect.stringContaining('Taught here: <new1> dog.') },
  });
  const description = unwrap(engine.model);
  engine.model = success({ ...description, id: 'model-2' });
  const other = await scene({ engine, store: store.concepts, servers: store.servers });
  expect(await other.studio.convertConcept('a', '<new1>', 'lora')).toMatchObject({
    problem: { code: 'invalid-model' },
  });
  engine.model = success(description);
  await rm(store.concepts.blobPath(dog.blob));
  expect(await studio.convertConcept('a', '<new1>', 'lora')).toMatchObject({
    problem: { code: 'storage-corrupt', message: expect.stringContaining('<new1> dog') },
  });
  expect(engine.conversions).toEqual([]);
});

it('what the format cannot carry is told as the engine says it', async () => {
  const { studio, engine, taught } = await scene();
  await taught('a', 'dog');
  const refused = failure('invalid-option', 'Not in this format.');
  engine.onConvert = async () => refused;
  expect(await studio.convertConcept('a', '<new1>', 'lora')).toEqual(refused);
});
