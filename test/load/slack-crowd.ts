import { setTimeout as pause } from 'node:timers/promises';
import { memberOf } from '../adapters/slack/platform.ts';
import type { FakeSlack } from '../fakes/slack/index.ts';
import type { Sent } from '../fakes/slack/person.ts';
import { isWaiting, isWorking, shownOf } from '../fakes/slack/shown.ts';
import type { FakeMessage, FakeTeam } from '../fakes/slack/world.ts';
import type { Crowd } from './run.ts';
import { taughtPictures } from './taught-pictures.ts';

/** Something that was done, and how often it has been answered so far. */
interface Deed {
  readonly sent: Sent;
  acknowledged?: number;
  /** What tells its answer apart in the channel; all else is answered at its own address. */
  readonly prompt?: string;
}

export function createCrowd(slack: FakeSlack, teams: readonly FakeTeam[]): Crowd {
  const { world, wire } = slack;
  const deeds: Deed[] = [];
  const places = teams.map((team) => ({
    channel: [...team.channels.keys()][0]!,
    person: slack.person(team, `member of ${team.domain}`, memberOf.teacher),
  }));
  const placeOf = (index: number) => places[index % places.length]!;
  const isDone = (message: FakeMessage) => !isWaiting(message) && !isWorking(message.state);

  /** How many finished messages begin with each line. */
  function firstLines(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const message of world.messages.filter(isDone)) {
      const line = shownOf(message.state).text.split('\n')[0]!;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    return counts;
  }

  const answers = ({ sent, prompt }: Deed, lines: ReadonlyMap<string, number>) =>
    sent.responses() + (prompt === undefined ? 0 : (lines.get(prompt) ?? 0));

  function pictureOf(team: string): FakeMessage | undefined {
    return world.messages.findLast(
      (message) =>
        message.team === team && isDone(message) && shownOf(message.state).buttons.includes('Use the seed'),
    );
  }

  function doing(index: number): Deed {
    const { channel, person } = placeOf(index);
    const kind = Math.floor(index / places.length + index) % 10;
    if (kind < 3) {
      const prompt = `a dog in the park ${index}`;
      const sent = person.slash(channel, '/imagine', `${prompt} steps:1`);
      return { sent, prompt };
    }
    const message = kind < 6 ? pictureOf(person.team.id) : undefined;
    const sent = message
      ? person.press(message, 'Use the seed')
      : kind < 8
        ? person.slash(channel, '/concepts', `show new${index}`)
        : person.slash(channel, '/keepsake-help');
    return { sent };
  }

  return {
    async keepEngineBusy() {
      const pictures = await taughtPictures();
      for (const { channel, person } of places.slice(0, 2)) {
        const opened = person.slash(channel, '/teach', 'dog');
        const view = await wire.until(opened.view);
        await person.submit(view, { files: pictures.map((bytes) => person.upload(bytes)) }).delivered;
      }
      const busy = Math.min(2, places.length);
      await wire.until(() => world.messages.filter(({ state }) => isWorking(state)).length === busy);
    },

    act(index) {
      const deed = doing(index);
      deeds.push(deed);
      void deed.sent.delivered.then(({ status, milliseconds }) => {
        if (status === 200) deed.acknowledged = Math.round(milliseconds);
      });
    },

    async settle(seconds) {
      for (const { channel, person } of places.slice(0, 2)) person.slash(channel, '/keepsake-cancel');
      const until = Date.now() + seconds * 1000;
      let open: readonly Deed[] = deeds;
      while (open.length > 0 && Date.now() < until) {
        await pause(500);
        const lines = firstLines();
        open = open.filter((deed) => answers(deed, lines) === 0);
      }
      await pause(1000);
      const lines = firstLines();
      return {
        waited: deeds.map(({ acknowledged }) => acknowledged),
        lost: open.length,
        twice: deeds.filter((deed) => answers(deed, lines) > 1).length,
      };
    },
  };
}
