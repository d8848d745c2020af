import { setTimeout as pause } from 'node:timers/promises';
import { isWorking, permissionsOf } from '../adapters/discord/platform.ts';
import type { FakeDiscord } from '../fakes/discord/index.ts';
import { answerOf } from '../fakes/discord/interactions.ts';
import type { FakeGuild, FakeInteraction } from '../fakes/discord/world.ts';
import type { Crowd } from './run.ts';
import type { Seen } from './summary.ts';
import { taughtPictures } from './taught-pictures.ts';

const typing = 4;

export function createCrowd(discord: FakeDiscord, guilds: readonly FakeGuild[]): Crowd {
  const { world, wire } = discord;
  const sent: FakeInteraction[] = [];
  const teaches: FakeInteraction[] = [];
  const places = guilds.map((guild) => ({
    channel: guild.channels[0]!.id,
    person: discord.person(`member of ${guild.name}`, permissionsOf.teacher),
  }));
  const placeOf = (index: number) => places[index % places.length]!;

  const isAnswered = (one: FakeInteraction) => {
    if (one.type === typing) return one.data !== undefined;
    const answer = answerOf(world, one);
    return answer !== undefined && !answer.loading && !isWorking(answer.state);
  };

  /** The newest picture of the channel, whose buttons may be pressed. */
  function pictureIn(channel: string) {
    return [...world.messages.values()].findLast(
      (message) => message.channel === channel && !message.deleted && message.state.attachments.length > 0,
    );
  }

  function doing(index: number): FakeInteraction {
    const { channel, person } = placeOf(index);
    const kind = Math.floor(index / places.length + index) % 10;
    if (kind < 3) return person.slash(channel, 'imagine', { prompt: `a dog in the park ${index}`, steps: 1 });
    if (kind < 5) return person.slash(channel, 'concepts');
    if (kind < 7) return person.type(channel, 'imagine', 'prompt', 'a do');
    const message = kind < 9 ? pictureIn(channel) : undefined;
    const button = message?.state.components[0]?.components.find(({ custom_id }) =>
      custom_id.includes('/seed/'),
    );
    return message && button ? person.press(message, button.custom_id) : person.slash(channel, 'help');
  }

  return {
    async keepEngineBusy() {
      const pictures = await taughtPictures();
      for (const { channel, person } of places.slice(0, 2)) {
        const files = pictures.map((bytes) => discord.attachments.keep(bytes));
        teaches.push(person.slash(channel, 'teach', { class: 'dog' }, files));
      }
      await wire.until(() => teaches.every((one) => isWorking(answerOf(world, one)?.state ?? nothing)));
    },
    act(index) {
      sent.push(doing(index));
    },
    async settle(seconds) {
      for (const { channel, person } of places.slice(0, 2)) person.slash(channel, 'cancel');
      const until = Date.now() + seconds * 1000;
      let open = [...sent];
      while (open.length > 0 && Date.now() < until) {
        await pause(500);
        open = open.filter((one) => !isAnswered(one));
      }
      return seenOf(discord, sent, open.length);
    },
  };
}

const nothing = { content: '', attachments: [], components: [] };

/** Whoever was answered twice had two callbacks, or two messages. */
function seenOf({ world, wire }: FakeDiscord, sent: readonly FakeInteraction[], lost: number): Seen {
  const ids = new Set(sent.map(({ id }) => id));
  const callbacks = wire.sent('POST', /\/callback$/).map(({ path }) => path.split('/')[2]!);
  const messages = [...world.messages.values()].flatMap(({ interaction }) => interaction ?? []);
  const waited = sent.map(({ createdAt, acknowledgedAt }) =>
    acknowledgedAt === undefined ? undefined : acknowledgedAt - createdAt,
  );
  return { waited, lost, twice: repeated(callbacks, ids) + repeated(messages, ids) };
}

function repeated(ids: readonly string[], among: ReadonlySet<string>): number {
  const own = ids.filter((id) => among.has(id));
  return own.length - new Set(own).size;
}
