import { unwrap } from '../src/result.ts';
import type { UnendedJob } from '../src/studio/data/data.ts';
import { commandAsked } from './bot/asking.ts';
import { conceptName } from './bot/concepts.ts';
import { commandLine } from './bot/line.ts';
import { lines, type RichText } from './bot/rich-text.ts';
import { type ActionContext, type Button, defineCommand, type Reply } from './command.ts';
import type { Messages } from './locales/index.ts';

const weights = { name: 'concepts', positional: ['do', 'concept'] } as const;
/** Of one's own, in words; the file has all. */
const mostJobs = 20;
const secondsADay = 24 * 3600;

export default defineCommand({
  name: 'privacy',
  description: 'Says what I keep of this server and of you, and exports or deletes what is yours',
  access: 'everyone',
  anywhere: true,
  options: {},
  positional: [],
  example: '/privacy',

  async run(context) {
    const { server, user, studio, words } = context;
    await context.defer('requester');
    const { graceSeconds } = studio.keeping;
    const { concepts, requests, jobs: all } = await studio.userData(server.id, user.id);
    const jobs = all.filter(({ id }) => id !== context.job);
    const none = concepts.length + requests.length + jobs.length === 0 && !server.keepsMessages;
    await context.reply({
      text: lines(
        words.privacy.kept(Math.ceil(graceSeconds / secondsADay), studio.keeping, server.keepsMessages),
        words.privacy.yours(concepts.length, requests.length, jobs.length),
        ...jobs.slice(-mostJobs).map((job) => jobLine(job, words)),
      ),
      ...(none ? {} : { buttons: [button('export', words), button('ask', words)] }),
      visibility: 'requester',
    });
  },

  actions: {
    async export({ server, user, studio, words, reply }) {
      const line = commandLine({ user, words }, weights, { do: 'export', concept: '<new1>' });
      const mine = await studio.userData(server.id, user.id);
      const bytes = new TextEncoder().encode(JSON.stringify({ user: user.id, ...mine }, undefined, 2));
      await reply({
        text: words.privacy.exported(line),
        files: [{ name: 'keepsake-mine.json', type: 'application/octet-stream', bytes }],
        visibility: 'requester',
      });
    },

    async ask(context) {
      await context.update(await question(context));
    },

    async keep({ words, update }) {
      await update({ text: words.privacy.stays() });
    },

    async confirm(context) {
      const { server, user, studio, words } = context;
      for (const { id } of await context.running()) await context.cancel(id);
      const { concepts, requests, jobs } = unwrap(await studio.deleteUserData(server.id, user.id));
      await context.update({
        text: words.privacy.deleted(concepts.length, requests.length, jobs.length, server.keepsMessages),
        forgets: concepts.map(({ token }) => token),
        erases: user.id,
      });
    },
  },
});

/** What was asked, to the minute. */
function jobLine({ at, asked, givenUp }: UnendedJob, words: Messages): RichText {
  const since = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return words.privacy.job(words.command(commandAsked(asked) ?? '?'), since, givenUp !== undefined);
}

/** What is deleted is named first: others may draw with it. */
async function question({ server, user, studio, words }: ActionContext): Promise<Reply> {
  const { concepts, requests } = await studio.userData(server.id, user.id);
  const names = concepts.map((concept) => conceptName(concept, words));
  return {
    text: lines(words.privacy.ask(requests.length, server.keepsMessages), ...names),
    buttons: [button('confirm', words), button('keep', words)],
  };
}

function button(action: 'export' | 'ask' | 'confirm' | 'keep', { privacy }: Messages): Button {
  const label = privacy.buttons[action];
  const style = action === 'confirm' || action === 'ask' ? 'danger' : 'plain';
  return { action, argument: '', label, style, who: 'requester' };
}
