import { expect, test } from 'vitest';
import { emptyFolder, runProgram } from './program.ts';

test('npm start says what the model is and where the chat is, and ends cleanly when told to', async () => {
  const variables = { DATA_DIR: await emptyFolder(), PORT: '0' };
  const bot = runProgram('start.ts', [], variables);
  const printed = await bot.says(/http:\S+/);
  expect(printed).toMatch(/model tiny-sd.*32 × 32 pixels/s);
  const page = await fetch(/http:\S+/.exec(printed)![0]);
  expect(page.status).toBe(200);

  const second = await runProgram('start.ts', [], variables).ended;
  expect(second).toMatchObject({
    status: 1,
    printed: expect.stringMatching(/Another process is using.*data folder/),
  });

  const port = new URL(page.url).port;
  const third = await runProgram('start.ts', [], { DATA_DIR: await emptyFolder(), PORT: port }).ended;
  expect(third).toMatchObject({ status: 1, printed: expect.stringContaining(`Port ${port}`) });

  bot.kill('SIGTERM');
  expect((await bot.ended).status).toBe(0);
});

test('npm start with a model that is not there says so and ends', async () => {
  const variables = { DATA_DIR: await emptyFolder(), PORT: '0', MODEL_DIR: 'no-such-folder' };
  const { status, printed } = await runProgram('start.ts', [], variables).ended;
  expect(status).toBe(1);
  expect(printed).toMatch(/no-such-folder cannot be used.*model_index\.json/);
});

test.each([
  [{ DATA_DIR: '/dev/null/x', PORT: '0' }, /^A file or folder could not be used: .*\/dev\/null\/x/m],
  [{ HOST: '192.0.2.1', PORT: '0' }, /^192\.0\.2\.1 is no address of this machine\. Set HOST/m],
])('npm start says what is wrong with the settings %j, and shows no stack', async (variables, sentence) => {
  const own = { DATA_DIR: await emptyFolder(), ...variables };
  const { status, printed } = await runProgram('start.ts', [], own).ended;
  expect(status).toBe(1);
  expect(printed).toMatch(sentence);
  expect(printed).not.toMatch(/^ +at /m);
});
