import { methodNames } from '../src/method-names.ts';
import { veils } from '../src/pictures/veil.ts';
import { raise } from '../src/result.ts';
import {
  languageChoices,
  type QuotaName,
  quotaLimits,
  teacherChoices,
} from '../src/studio/rules/settings.ts';
import { changeOf, installationMethod } from './bot/settings-change.ts';
import { settingsText } from './bot/settings-text.ts';
import {
  type ActionContext,
  type Button,
  type CommandContext,
  defineCommand,
  type NumberOption,
  type Reply,
} from './command.ts';

type Context = Pick<CommandContext<Record<never, never>>, 'server' | 'studio' | 'words'>;

function quota(name: QuotaName, description: string): NumberOption {
  const { minimum, maximum } = quotaLimits[name];
  return { type: 'integer', minimum, maximum, description };
}

export default defineCommand({
  name: 'settings',
  description: 'Shows and changes what is allowed here: who may teach, where, how much, which words',
  access: 'administrator',
  anywhere: true,
  options: {
    teachers: { type: 'string', maxLength: 20, choices: teacherChoices, description: 'Who may teach' },
    role: { type: 'role', description: 'A role whose members may teach' },
    channel: {
      type: 'channel',
      description: 'A channel that I may be used in; as long as none is named, all are',
    },
    block: { type: 'user', description: 'A member who may not use me here any more' },
    refill: { type: 'user', description: 'A member whose lessons and pictures are counted anew from now on' },
    words: {
      type: 'string',
      maxLength: 2000,
      description: 'Words that nobody may use in prompts and names, with commas between them',
    },
    remove: {
      type: 'boolean',
      description: 'Yes takes the role, channel, blocked member or words that are named out again',
    },
    gone: {
      type: 'string',
      maxLength: 200,
      description:
        'Takes out by its name a role, channel or blocked member that is no longer there to be chosen',
    },
    'user-lessons': quota('lessonsPerUser', 'Lessons that one member may have in 24 hours'),
    'server-lessons': quota('lessonsPerServer', 'Lessons that all may have together in 24 hours'),
    'user-pictures': quota('picturesPerUser', 'Pictures that one member may have in an hour'),
    'server-pictures': quota('picturesPerServer', 'Pictures that all may have together in an hour'),
    concepts: quota('concepts', 'Concepts that may be known here at the same time'),
    language: {
      type: 'string',
      maxLength: 10,
      choices: languageChoices,
      description: 'What I answer in; auto is the language of each member',
    },
    flagged: {
      type: 'string',
      maxLength: 10,
      choices: veils,
      description: 'What becomes of pictures that the safety checker flags, where the model has one',
    },
    method: {
      type: 'string',
      maxLength: 40,
      choices: [installationMethod, ...methodNames],
      description: 'How things are taught from now on; what was taught stays',
    },
  },
  positional: [],
  example: '/settings teachers:administrators user-pictures:40',

  async run(context) {
    const { server, user, studio, options, words } = context;
    const given = Object.values(options).some((value) => value !== undefined);
    if (!given) return context.reply(await settingsReply(context));
    const change = changeOf(options, { user, words });
    const changed = await studio.changeSettings(server.id, change);
    if (!changed.ok && changed.problem.code !== 'storage-corrupt') {
      raise(changed.problem.code, changed.problem.message);
    }
    if (changed.ok && options.refill) await studio.refill(server.id, options.refill.id);
    await context.reply(await settingsReply(context, changed.ok ? words.settings.changed : undefined));
  },

  actions: {
    async reset(context: ActionContext) {
      const { settings } = context.words;
      await context.update({
        text: settings.askReset(),
        buttons: [button('confirm', settings.reset), button('keep', settings.keep)],
      });
    },
    async confirm(context: ActionContext) {
      await context.studio.resetSettings(context.server.id);
      await context.update(await settingsReply(context, context.words.settings.changed));
    },
    async keep(context: ActionContext) {
      await context.update(await settingsReply(context));
    },
  },
});

/** What is allowed now, or that it cannot be read. */
async function settingsReply({ server, studio, words }: Context, first?: string): Promise<Reply> {
  const settings = await studio.settings(server.id);
  const text = settings.ok
    ? settingsText(settings.value, {
        words,
        first,
        concepts: (await studio.concepts(server.id)).length,
        used: await studio.used(server.id),
        offers: server.offers ?? [],
      })
    : [words.problem(settings.problem)];
  return { text, buttons: [button('reset', words.settings.reset)], visibility: 'requester' };
}

function button(action: 'reset' | 'confirm' | 'keep', label: string): Button {
  const style = action === 'keep' ? 'plain' : 'danger';
  return { action, argument: '', label, style, who: 'administrator' };
}
