import { createSlackAdapter } from '../../../adapters/slack/adapter.ts';
import { manifestOf } from '../../../adapters/slack/manifest/manifest.ts';
import { slashName } from '../../../adapters/slack/names.ts';
import type { Bot } from '../../../commands/bot/bot.ts';
import { lineValue } from '../../../commands/bot/line.ts';
import type { Role } from '../../../commands/bot/role.ts';
import { createFakePlatformRecords } from '../../fakes/records.ts';
import { type FakeSlack, startFakeSlack } from '../../fakes/slack/index.ts';
import type { Sent, SlackPerson } from '../../fakes/slack/person.ts';
import { isWaiting, isWorking, shownOf } from '../../fakes/slack/shown.ts';
import type { FakeMessage, FakeTeam, FakeView } from '../../fakes/slack/world.ts';
import type { Given, Person, Platform, SeenMessage } from '../conformance.ts';

const quiet = { info: () => {}, error: () => {} };
export const key: Uint8Array = new Uint8Array(32).fill(7);
export const quickTimes = {
  pace: 10,
  patience: [10, 20],
  arrival: [5, 5, 10, 20, 40],
  hint: 60_000,
  glance: 0,
};

/** What members of that role are on Slack. */
export const memberOf: Readonly<Record<Role, { administrator: boolean; guest: boolean }>> = {
  everyone: { administrator: false, guest: true },
  teacher: { administrator: false, guest: false },
  administrator: { administrator: true, guest: false },
};

/** Options of an app that many workspaces install, on the stand-in. */
export function manyOptions(slack: FakeSlack) {
  const { clientId, clientSecret, signingSecret } = slack.world;
  const listen = { host: '127.0.0.1', port: 0, signingSecret };
  return {
    api: slack.api,
    files: [slack.address],
    way: { kind: 'many' as const, clientId, clientSecret, key, listen },
  };
}

/** Where the adapter takes Slack's requests, by what it says at its start. */
export function addressIn(greeting: string): string {
  return /at (http:\S+)\/slack\/events/.exec(greeting)![1]!;
}

/** A stand-in for Slack that outlives the bot, and the bot on it, which every workspace installs. */
export function createSlackPlatform(): {
  start(services: { readonly bot: Bot }): Promise<Platform>;
  tidyUp(): Promise<void>;
} {
  const started = startFakeSlack();
  const records = createFakePlatformRecords();

  async function start({ bot }: { readonly bot: Bot }): Promise<Platform> {
    const slack = await started;
    slack.use(manifestOf(bot.commands, { kind: 'http', address: 'https://bot.example' }));
    const adapter = createSlackAdapter({
      bot,
      log: quiet,
      records,
      times: quickTimes,
      ...manyOptions(slack),
    });
    const address = addressIn(await adapter.start());
    slack.delivery.address = `${address}/slack/events`;
    return {
      person: async (name, role) => createPlatformPerson(slack, name, role),
      async server(name) {
        const team = slack.team(name, { installed: false });
        slack.person(team, 'the installer');
        const answer = await slack.install(address, team);
        if (answer.status !== 200) throw new Error(`The installation failed with ${answer.status}`);
        return `slack:${team.id}`;
      },
      stop: () => adapter.stop(),
    };
  }

  return { start, tidyUp: async () => (await started).stop() };
}

function createPlatformPerson(slack: FakeSlack, name: string, role: Role): Person {
  const { world, wire } = slack;
  const teamOf = (server: string) => world.teams.get(server.slice('slack:'.length))!;
  const here = (server: string) => slack.person(teamOf(server), name, memberOf[role]);
  const channelOf = (team: FakeTeam) => [...team.channels.keys()][0]!;

  /** The bot's messages that the person sees, without those that are files and nothing else. */
  const written = (person: SlackPerson) =>
    world.messages.filter(
      (message) => message.user === person.team.botUser && person.sees(message) && message.files.length === 0,
    );

  async function answerAfter(person: SlackPerson, before: number, untilDone: boolean): Promise<FakeMessage> {
    return wire.until(() => {
      const [first] = world.messages.slice(before).filter((message) => written(person).includes(message));
      return first && !isWaiting(first) && (!untilDone || !isWorking(first.state)) && first;
    });
  }

  /** A form that was sent is closed, or says what is wrong with it. */
  async function submit(person: SlackPerson, view: FakeView, values: Given, files: readonly Uint8Array[]) {
    const known = view.json.blocks.some(
      (block) => (block.element as { type?: string } | undefined)?.type === 'file_input',
    );
    const uploads = known ? files.map((bytes, index) => person.upload(bytes, `${index}.png`)) : [];
    const sent = person.submit(view, { values: valuesOf(values), files: uploads, careless: true });
    const { body } = await sent.delivered;
    return Object.values((body as { errors?: Record<string, string> }).errors ?? {})[0];
  }

  async function send(person: SlackPerson, command: string, options: Given): Promise<string | undefined> {
    const channel = channelOf(person.team);
    const files = filesOf(options);
    const opened: Sent = person.slash(channel, slashName(command), lineOf(command, options));
    await opened.delivered;
    if (command !== 'teach' && command !== 'import') return undefined;
    const before = world.messages.length;
    const view = await wire.until(() => opened.view() ?? (world.messages.length > before && 'refused'));
    return view === 'refused' ? undefined : submit(person, view, options, files);
  }

  return {
    async use(server, command, options = {}, untilDone = true) {
      const person = here(server);
      const before = world.messages.length;
      const refusal = await send(person, command, options);
      if (refusal !== undefined) return besideTheForm(refusal);
      return seen(slack, person, await answerAfter(person, before, untilDone));
    },

    async press(server, { id }, label) {
      const person = here(server);
      const message = world.messages.find(({ ts }) => ts === id)!;
      const calls = wire.calls.length;
      const before = world.messages.length;
      const { earlier, state } = message;
      await person.press(message, label).delivered;
      const changed = () =>
        message.deleted || message.earlier.length > earlier.length || message.state !== state;
      const stops = label === 'Cancel';
      const done = await wire.until(() => {
        const [first] = world.messages.slice(before).filter((one) => written(person).includes(one));
        if (first && !isWaiting(first) && !isWorking(first.state)) return { answer: first };
        return (changed() || (stops && wire.calls.length >= calls)) && { answer: undefined };
      });
      return done.answer && seen(slack, person, done.answer);
    },

    async messages(server) {
      const person = here(server);
      return written(person).map((message) => seen(slack, person, message));
    },

    async progress(server) {
      const states = written(here(server)).flatMap(({ earlier, state }) => [...earlier, state]);
      return states.filter(isWorking).map((state) => shownOf(state).text);
    },
  };
}

/** A message with the files in the message below it, which the bot posts apart. */
function seen({ world }: FakeSlack, person: SlackPerson, message: FakeMessage): SeenMessage {
  const { text, marked, buttons } = shownOf(message.state);
  const later = world.messages.slice(world.messages.indexOf(message) + 1);
  const near = later.filter(
    (one) => one.channel === message.channel && person.sees(one) && one.user === message.user,
  );
  const next = near.findIndex(({ files }) => files.length === 0);
  const files = near
    .slice(0, next < 0 ? undefined : next)
    .flatMap((one) => one.files.map((id) => world.files.get(id)!));
  const direct = person.team.channels.get(message.channel)?.kind === 'direct';
  return {
    id: message.ts,
    text,
    marked,
    pictures: files.filter(({ alt }) => alt !== '').map(({ bytes }) => bytes!),
    files: files.filter(({ alt }) => alt === '').map(({ name, bytes }) => ({ name, bytes: bytes! })),
    buttons,
    personal: message.alone !== undefined || direct,
  };
}

/** What the form says at one of its fields. */
function besideTheForm(text: string): SeenMessage {
  return { id: '', personal: true, text, marked: [], pictures: [], files: [], buttons: [] };
}

function filesOf(options: Given): readonly Uint8Array[] {
  return Object.values(options).flatMap((value) => (typeof value === 'object' ? value : []));
}

function valuesOf(options: Given): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (typeof value === 'object' ? [] : [[name, value]])),
  );
}

/** What a person types after the command: the prompt as it is, the rest by name; a form asks for what /teach needs. */
function lineOf(command: string, options: Given): string {
  if (command === 'teach' || command === 'import') return '';
  return Object.entries(valuesOf(options))
    .map(([name, value]) => (name === 'prompt' ? value : `${name}:${lineValue(String(value))}`))
    .join(' ');
}
