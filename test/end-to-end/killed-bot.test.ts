import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ChannelEvent, ChannelState, Message } from '../../adapters/web/wire.ts';
import { createRandom } from '../../src/diffusion/noise.ts';
import { createVisitor, type Visitor } from '../adapters/web/visitor.ts';
import { keptFiles, openHouse, picturesOf, serverNamed } from './house.ts';
import { emptyFolder, type Program, runProgram } from './program.ts';

const steps = { TEACH_STEPS: '5' };
const cookie = 'v'.repeat(32);

/** The bot on the local chat, in a process of its own, and somebody who talks to it. */
async function openChat(folder: string): Promise<{ readonly bot: Program; readonly visitor: Visitor }> {
  const bot = runProgram('start.ts', [], { DATA_DIR: folder, PORT: '0', ...steps });
  const [address = ''] = /http:\S+/.exec(await bot.says(/http:\S+/)) ?? [];
  return { bot, visitor: await createVisitor(address, cookie) };
}

async function messagesOf({ get, state }: Visitor): Promise<readonly Message[]> {
  return ((await get(`/api/channels/${state.channels[0]!.id}`)) as ChannelState).messages;
}

test('a teach whose bot is killed again and again is learnt once, told once, and the same bit for bit', async () => {
  const house = await openHouse(steps);
  onTestFinished(() => house.leave());
  await house.teach(serverNamed('kitchen'), 'dog');
  const wanted = await keptFiles(house.folder);

  const folder = await emptyFolder();
  const random = createRandom(Date.now());
  let chat = await openChat(folder);
  const form = new FormData();
  form.set('line', '/teach dog');
  for (const picture of await picturesOf('dog'))
    form.append('pictures', new Blob([new Uint8Array(await picture.bytes(1e6))]), picture.name);
  const channel = `/api/channels/${chat.visitor.state.channels[0]!.id}`;
  const underWay = Promise.withResolvers<void>();
  await chat.visitor.listen(`${channel}/events`, (_, data) => {
    const event = JSON.parse(data) as ChannelEvent;
    if (event.type === 'progress' && event.progress.phase !== 'Waiting for its turn') underWay.resolve();
  });
  await chat.visitor.post(`${channel}/messages`, form);
  await underWay.promise;
  for (let kill = 0; kill < 2; kill++) {
    await pause(random.uniform() * 2000);
    chat.bot.kill('SIGKILL');
    await chat.bot.ended;
    chat = await openChat(folder);
  }
  const answers = async () => (await messagesOf(chat.visitor)).filter(({ author }) => author === 'bot');
  await expect.poll(answers, { timeout: 120_000 }).toMatchObject([{ pictures: [expect.anything()] }]);
  const [answer] = await answers();
  expect(JSON.stringify(answer?.text)).toContain('<new1>');
  chat.bot.kill('SIGTERM');
  await chat.bot.ended;
  expect(await keptFiles(folder)).toEqual(wanted);
});
