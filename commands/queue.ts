import { raise } from '../src/result.ts';
import type { Activity } from '../src/studio/activity.ts';
import type { Studio } from '../src/studio/studio.ts';
import { duration } from './bot/progress.ts';
import { lines, note, type RichText } from './bot/rich-text.ts';
import {
  type ActionContext,
  type Button,
  type CommandContext,
  defineCommand,
  type Reply,
} from './command.ts';
import type { Messages } from './locales/index.ts';

type Context = Pick<CommandContext<Record<never, never>>, 'server' | 'user' | 'studio' | 'words'>;

/** As many of one's own jobs as have a button. */
const mostShown = 20;

export default defineCommand({
  name: 'queue',
  description: 'Shows what is under way here, when yours will be done and what is left for you, and stops it',
  access: 'everyone',
  anywhere: true,
  options: {},
  positional: [],
  example: '/queue',

  run: async (context) => context.reply(await queueReply(context)),

  actions: {
    async stop(context: ActionContext) {
      if (!(await context.cancel(context.argument))) raise('not-found', context.words.cancel.over);
      await context.update(await queueReply(context, context.argument));
    },
  },
});

/** @param stopped a job that has been told to end and may not have yet */
async function queueReply({ server, user, studio, words }: Context, stopped?: string): Promise<Reply> {
  const under = await studio.activity(server.id);
  const all = under.filter(({ job }) => job === undefined || job !== stopped);
  const own = all.filter((one) => one.user === user.id).slice(0, mostShown);
  return {
    text: lines(
      ...(['teach', 'imagine'] as const).flatMap((kind) => countLine(words, kind, all)),
      all.length === 0 ? words.queue.empty() : [],
      ...own.map((one, index) => ownLine(words, one, index + 1)),
      await allowanceLine(studio, server.id, user, words),
    ),
    buttons: own.flatMap(({ job }, index) => (job === undefined ? [] : [stopButton(words, job, index + 1)])),
    visibility: 'requester',
  };
}

/** Others' work is counted and no more. */
function countLine(words: Messages, kind: Activity['kind'], all: readonly Activity[]): readonly RichText[] {
  const some = all.filter((one) => one.kind === kind);
  const running = some.filter(({ ahead }) => ahead === 0).length;
  return some.length === 0 ? [] : [words.queue.counted(kind, running, some.length - running)];
}

function ownLine(words: Messages, { kind, what, ahead, seconds }: Activity, number: number): RichText {
  const place = ahead === 0 ? words.queue.running : words.queue.waiting(ahead);
  const left = seconds === undefined ? [] : [words.queue.left(duration(seconds, words))];
  return words.queue.own(number, words.command(kind), what, [place, ...left].join(' · '));
}

/** Nothing where the settings cannot be read: whoever teaches or draws is told so. */
async function allowanceLine(
  studio: Studio,
  server: string,
  { id, from }: Context['user'],
  words: Messages,
): Promise<RichText> {
  const allowance = await studio.allowance(server, id, from);
  if (!allowance.ok) return [];
  const { lessons, pictures } = allowance.value;
  const numbers = [lessons.left, lessons.most, pictures.left, pictures.most] as const;
  const [one, two, three, four] = numbers.map(words.number) as [string, string, string, string];
  return [note(words.queue.allowance(one, two, three, four))];
}

function stopButton(words: Messages, job: string, number: number): Button {
  return {
    action: 'stop',
    argument: job,
    label: words.queue.stop(number),
    style: 'danger',
    who: 'requester',
  };
}
