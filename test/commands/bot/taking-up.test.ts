import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { type Bot, type Conversation, createBot } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import cancel from '../../../commands/cancel.ts';
import { defineCommand } from '../../../commands/command.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import { raise } from '../../../src/result.ts';
import {
  ada,
  attachment,
  home,
  type RecordedConversation,
  recordConversation,
} from '../../fakes/conversation.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';

let told: string[];
const write = ({ job, command = '' }: { job?: string; command?: string }, message: string) =>
  void told.push(`${job} ${message} ${command}`.trim());
const log = { info: write, error: write };
const place = { room: 5 };

/** What the command does when it is run next; it waits for ever by default. */
let act: (name: string, begin: () => void) => Promise<string>;
let ran: { readonly name: string; readonly job: string; readonly again: boolean; readonly files: number }[];
let store: ModelStore;

const slow = defineCommand({
  name: 'slow',
  description: 'Takes long',
  access: 'everyone',
  options: {
    name: { type: 'string', required: true, maxLength: 20, description: 'A name' },
    pictures: { type: 'attachment', each: 'image', minimum: 0, maximum: 2, description: 'Files' },
  },
  positional: ['name'],
  example: '/slow x',
  async run(context) {
    const { name, pictures } = context.options;
    await context.defer();
    ran.push({ name, job: context.job, again: context.again, files: pictures.length });
    for (const picture of pictures) await picture.bytes(10);
    context.progress([name], { phase: 'waiting', step: 0, steps: 0, ahead: 1 });
    const begin = () => context.progress([name], { phase: 'training', step: 1, steps: 2 });
    const said = await Promise.race([act(name, begin), stopped(context.signal)]);
    await context.reply({
      text: text`${said}`,
      pictures: [{ name: 'p.png', png: Uint8Array.of(1, 2), alt: '' }],
    });
  },
});

async function stopped(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  return raise('cancelled', 'Stopped.');
}

/** A bot as a new process would make it, over what is kept. */
function newBot(): Bot {
  return createBot({
    commands: [slow, cancel],
    studio: createFakeStudio(),
    jobs: store.jobs,
    ledger: store.ledger,
    log,
  });
}

function placed(conversation: Partial<Conversation> = {}): RecordedConversation {
  return { ...recordConversation(), address: () => place, ...conversation };
}

const forEver = (_?: unknown) => new Promise<never>(() => {});
const ask = (bot: Bot, name: string, options = {}, conversation = placed()) => {
  const ended = bot.run(
    { server: home, user: ada, command: 'slow', options: { name, ...options } },
    conversation,
  );
  return { conversation, ended };
};

/** Takes up what there is, and gives what was shown where. */
async function takeUp(bot: Bot) {
  const shown: { address: unknown; user: string; conversation: RecordedConversation }[] = [];
  await bot.takeUp('fake', async (address, { user }) => {
    const conversation = placed();
    shown.push({ address, user: user.id, conversation });
    return conversation;
  });
  return shown;
}

beforeEach(async () => {
  store = await storeIn(await scratchFolder());
  ran = [];
  told = [];
  act = forEver;
});

async function begun(count: number): Promise<void> {
  await expect.poll(async () => (await store.ledger.list('order')).length).toBe(count);
  await expect.poll(() => ran.length).toBeGreaterThanOrEqual(count);
}

test('what was under way is done after a restart, under the same id and once, and answered where it was asked', async () => {
  ask(newBot(), 'first');
  await begun(1);
  act = async (name) => `done: ${name}`;
  const shown = await takeUp(newBot());
  await expect.poll(() => shown[0]?.conversation.words()).toBe('done: first');
  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatchObject({
    address: place,
    user: 'ada',
    conversation: { calls: ['progress', 'reply'] },
  });
  expect(ran.map(({ again }) => again)).toEqual([false, true]);
  expect(ran[1]!.job).toBe(ran[0]!.job);
  await expect.poll(() => store.ledger.list('order')).toEqual([]);
  expect(await takeUp(newBot())).toEqual([]);
});

test('a bot that drains ends what was begun, puts off what waits, and takes nothing new', async () => {
  const finish = Promise.withResolvers<string>();
  act = async (name, begin) => {
    if (name !== 'begun') return forEver();
    begin();
    return finish.promise;
  };
  const bot = newBot();
  const [going, waiting] = [ask(bot, 'begun'), ask(bot, 'waits')];
  await begun(2);
  await expect.poll(() => waiting.conversation.views.length).toBe(1);
  const draining = bot.drain();
  await waiting.ended;
  const late = ask(bot, 'late');
  await late.ended;
  expect(late.conversation.words()).toContain('being stopped');
  expect(waiting.conversation.replies).toEqual([]);
  expect(await Promise.race([draining, 'not yet'])).toBe('not yet');
  finish.resolve('done: begun');
  await draining;
  expect(going.conversation.words()).toBe('done: begun');

  act = async (name) => `done: ${name}`;
  const shown = await takeUp(newBot());
  await expect
    .poll(() => shown.map(({ conversation }) => conversation.replies[0]?.text))
    .toEqual([['done: waits']]);
});

test('what somebody cancels while the bot drains is cancelled, and does not come again', async () => {
  act = async (_, begin) => forEver(begin());
  const bot = newBot();
  const { conversation, ended } = ask(bot, 'slow');
  await begun(1);
  const draining = bot.drain();
  await bot.run({ server: home, user: ada, command: 'cancel', options: {} }, recordConversation());
  await Promise.all([ended, draining]);
  expect(conversation.words()).toBe('Stopped.');
  expect(await store.ledger.list('order')).toEqual([]);
});

test('the log tells of a job from the moment that it is accepted, over restarts, by its id', async () => {
  const first = newBot();
  const { ended } = ask(first, 'first');
  await begun(1);
  first.stop();
  await ended;
  act = async () => 'done';
  await takeUp(newBot());
  await expect.poll(() => told.length).toBe(4);
  act = async () => raise('engine-down', 'No engine.');
  await ask(newBot(), 'second').ended;
  const [one, two] = [ran[0]!.job, ran[2]!.job];
  expect(told).toEqual([
    `${one} a job was accepted slow`,
    `${one} a job rests until the next start`,
    `${one} a job was taken up again slow`,
    `${one} a job has ended`,
    `${two} a job was accepted slow`,
    `${two} a job was given up; npm run jobs -- list tells why`,
  ]);
});

test('what was answered is forgotten, and so is what was refused or cancelled', async () => {
  const bot = newBot();
  act = async () => 'done';
  await ask(bot, 'answered').ended;
  act = async () => raise('not-allowed', 'No.');
  await ask(bot, 'refused').ended;
  expect(await store.ledger.list('order')).toEqual([]);
});

test('an answer that was ready is shown after a restart, and not worked out again', async () => {
  act = async () => 'done';
  const { conversation } = ask(newBot(), 'first', {}, placed({ reply: forEver }));
  await expect.poll(async () => (await store.ledger.list('reply')).length).toBe(1);
  expect(conversation.replies).toEqual([]);
  const shown = await takeUp(newBot());
  await expect
    .poll(() => shown[0]?.conversation.replies)
    .toMatchObject([{ text: ['done'], pictures: [{ png: Uint8Array.of(1, 2) }] }]);
  expect(ran).toHaveLength(1);
});

test('jobs are in line again in the order in which they came, before anybody is done', async () => {
  const bot = newBot();
  for (const name of ['a', 'b', 'c']) {
    ask(bot, name);
    await expect.poll(() => ran.length).toBe(['a', 'b', 'c'].indexOf(name) + 1);
  }
  await begun(3);
  const before = ran.length;
  await takeUp(newBot());
  expect(ran.slice(before).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('a stop says nothing to those whose work goes on after it', async () => {
  const bot = newBot();
  const { conversation, ended } = ask(bot, 'first');
  await begun(1);
  bot.stop();
  await ended;
  expect(conversation.replies).toEqual([]);
  expect(await newBot().waiting('fake')).toEqual([place]);
  expect(await newBot().waiting('other'), 'those of another platform').toEqual([]);
});

test('the button that cancels works after a restart too, and then it is over', async () => {
  ask(newBot(), 'first');
  await begun(1);
  const bot = newBot();
  const [shown] = await takeUp(bot);
  const button = shown!.conversation.views.at(-1)!.cancel.id;
  await bot.press({ server: home, user: ada, id: button }, recordConversation());
  await expect.poll(() => shown!.conversation.words()).toBe('Stopped.');
  await expect.poll(() => store.ledger.list('order')).toEqual([]);
});

test('files that were not used before the stop cannot be had again, and the person is asked to send them again', async () => {
  const never = { ...attachment(new Uint8Array()), bytes: forEver };
  ask(newBot(), 'first', { pictures: [never] });
  await begun(1);
  const shown = await takeUp(newBot());
  await expect.poll(() => shown[0]?.conversation.words()).toMatch(/^I was stopped .* Send the command again/);
  expect(ran[1]!.files).toBe(1);
});

test('a job that is begun three times and never gets on is given up, and stays for whoever runs the bot', async () => {
  act = async (_, begin) => {
    begin();
    return forEver();
  };
  ask(newBot(), 'first');
  await begun(1);
  const starts = async () => {
    const [kept] = (await store.ledger.list('order')) as readonly { value: { starts: number } }[];
    return kept?.value.starts;
  };
  await expect.poll(starts).toBe(1);
  for (const start of [2, 3]) {
    await takeUp(newBot());
    await expect.poll(starts).toBe(start);
  }
  const runs = ran.length;
  const shown = await takeUp(newBot());
  await expect.poll(() => shown[0]?.conversation.words()).toMatch(/stopped 3 times/);
  expect(ran).toHaveLength(runs);
  await expect.poll(async () => (await store.ledger.list('dead')).length).toBe(1);
  expect(await newBot().waiting('fake')).toEqual([]);
});

test('a job that got on since it was begun is begun as often as it takes', async () => {
  act = async (_, begin) => {
    begin();
    return forEver();
  };
  ask(newBot(), 'first');
  await begun(1);
  for (let start = 0; start < 6; start++) {
    await writeFile(store.ledger.path(ran[0]!.job), `step ${start}`);
    const before = ran.length;
    await takeUp(newBot());
    await expect.poll(() => ran.length).toBe(before + 1);
  }
  expect(await store.ledger.list('dead')).toEqual([]);
});

test('one whose place is no more stays for whoever runs the bot, with the reason', async () => {
  ask(newBot(), 'first');
  await begun(1);
  await newBot().takeUp('fake', async () => undefined);
  await expect
    .poll(() => store.ledger.list('dead'))
    .toMatchObject([{ value: { reason: expect.stringContaining('no more') } }]);
});
