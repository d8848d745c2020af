import { expect, test } from 'vitest';
import { createModels } from '../../src/engine/models.ts';
import { teachTask } from '../../src/engine/tasks/teach.ts';
import { attempt, unwrap } from '../../src/result.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { smallMethods } from '../personalize/methods/small.ts';
import { noisePictures, tinyFolder } from '../personalize/tiny.ts';
import { plainContext } from './plain-context.ts';

const lesson = {
  kind: 'teach',
  model: tinyFolder,
  concepts: [],
  token: '<new2>',
  classWord: 'dog',
  conceptKind: 'subject',
  pictures: noisePictures(1),
  captions: [['a <new2> dog']],
  seed: 3,
  steps: 2,
} as const;

test('beside a concept that cannot be read nothing is taught that must leave its weights alone, and all else is', async () => {
  const models = createModels(createRuntime({ threads: 1 }), smallMethods);
  const teach = (method: string, damaged: readonly string[]) =>
    attempt(() =>
      teachTask(models, smallMethods)(
        { ...lesson, method, damaged },
        plainContext(() => {}),
      ),
    );
  for (const method of ['cns-everywhere', 'c-lora', 'orthogonal-adaptation'])
    expect(await teach(method, ['<new1>'])).toMatchObject({
      problem: {
        code: 'storage-corrupt',
        message: expect.stringMatching(/of <new1> is damaged.*\/forget <new1>/),
      },
    });
  expect(await teach('c-lora', [])).toMatchObject({ value: { heedsEarlier: true } });
  expect(unwrap(await teach('cns', ['<new1>']))).not.toHaveProperty('heedsEarlier');
  await (await models.base(tinyFolder)).release();
});
