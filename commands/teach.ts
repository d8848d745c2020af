import type { ConceptKind } from '../src/concept.ts';
import { unwrap } from '../src/result.ts';
import { teachLimits } from '../src/studio/limits.ts';
import type { Progress } from '../src/studio/studio.ts';
import { kindOption, labelOption } from './bot/concept-options.ts';
import { conceptName, findTaught, numbersLine, sampleCommand, samplePrompt } from './bot/concepts.ts';
import { tidyName } from './bot/names.ts';
import { fetching } from './bot/progress.ts';
import { lines } from './bot/rich-text.ts';
import { type CommandContext, defineCommand } from './command.ts';

interface Given {
  readonly class?: string | undefined;
  readonly kind?: ConceptKind | undefined;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
}

export default defineCommand({
  name: 'teach',
  description: 'Teaches me something from one to six pictures of it',
  access: 'teacher',
  menu: 'Teach from this message',
  options: {
    class: {
      type: 'string',
      required: true,
      maxLength: teachLimits.classWord,
      description: 'What it is, in a word: dog, hat, park',
    },
    kind: kindOption,
    label: labelOption,
    description: {
      type: 'string',
      maxLength: teachLimits.description,
      description: 'What the pictures show: a brown dog with white spots',
    },
    pictures: {
      type: 'attachment',
      each: 'image',
      minimum: 1,
      maximum: 6,
      description: 'One to six pictures of it',
    },
  },
  positional: ['class'],
  example: '/teach dog kind:subject label:Rex',

  async permit({ server, studio, ...asked }) {
    unwrap(await studio.mayTeach(server.id, lessonOf(asked)));
  },

  async run(context) {
    const { server, studio, options, signal, words, job } = context;
    await context.defer();
    const title = words.teach.learning(options.class, options.pictures.length);
    context.progress(title, context.again ? undefined : fetching);
    const files = {
      pictures: () => Promise.all(options.pictures.map((picture) => picture.bytes(context.largestPicture))),
      onRead: () => {
        for (const picture of options.pictures) picture.release?.();
      },
    };
    const onProgress = (progress: Progress) => context.progress(title, progress);
    const { concept, sheet, notes } = unwrap(
      await studio.teach(server.id, { ...lessonOf(context), ...files }, { signal, onProgress, job }),
    );
    const name = conceptName(concept, words);
    await context.reply({
      text: lines(
        words.teach.learnt(name, sampleCommand(concept, context)),
        numbersLine(concept, words),
        ...notes.map((note) => [words.sentence(note)]),
      ),
      pictures: [
        {
          name: `${tidyName(concept)}.png`,
          png: sheet,
          alt: words.concepts.drawnOf(`${concept.token} ${concept.classWord}`),
        },
      ],
      otherwise: words.teach.keptUnseen(name),
      shows: concept.token,
      buttons: [{ action: 'try', argument: concept.token, label: words.teach.imagineIt, style: 'primary' }],
    });
  },

  actions: {
    async try(context) {
      const concept = await findTaught(context, context.argument);
      await context.reply({
        text: context.words.teach.sendIt(sampleCommand(concept, context)),
        draft: `/imagine ${samplePrompt(concept)}`,
        visibility: 'requester',
      });
    },
  },
});

/** All of a lesson but its pictures. */
function lessonOf({
  user,
  by,
  options,
}: Pick<CommandContext<Record<never, never>>, 'user' | 'by'> & { readonly options: Given }) {
  const { class: classWord = '', kind = 'subject', label, description } = options;
  return {
    user: user.id,
    by,
    classWord,
    kind,
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
  };
}
