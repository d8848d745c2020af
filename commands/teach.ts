import { unwrap } from '../src/result.ts';
import { teachLimits } from '../src/studio/limits.ts';
import { conceptName, findTaught, numbersLine, sampleCommand, samplePrompt } from './bot/concepts.ts';
import { tidyName } from './bot/names.ts';
import { lines } from './bot/rich-text.ts';
import { defineCommand } from './command.ts';

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
    kind: {
      type: 'string',
      maxLength: 10,
      choices: ['subject', 'style', 'scene'],
      description: 'One particular thing (subject), a way of drawing (style) or a place (scene)',
    },
    label: { type: 'string', maxLength: teachLimits.label, description: 'A name of your own for it: Rex' },
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

  async run(context) {
    const { server, user, studio, options, signal, words, by, job } = context;
    const lesson = {
      user: user.id,
      by,
      classWord: options.class,
      kind: options.kind ?? 'subject',
      ...(options.label === undefined ? {} : { label: options.label }),
      ...(options.description === undefined ? {} : { description: options.description }),
    };
    unwrap(await studio.mayTeach(server.id, lesson));
    await context.defer();
    const title = words.teach.learning(options.class, options.pictures.length);
    context.progress(title);
    const pictures = await Promise.all(
      options.pictures.map((picture) => picture.bytes(context.largestPicture)),
    );
    const onProgress = (progress: Parameters<typeof context.progress>[1]) =>
      context.progress(title, progress);
    const { concept, sheet, notes } = unwrap(
      await studio.teach(server.id, { ...lesson, pictures }, { signal, onProgress, job }),
    );
    const name = conceptName(concept, words);
    await context.reply({
      text: lines(
        words.teach.learnt(name, sampleCommand(concept, words)),
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
        text: context.words.teach.sendIt(sampleCommand(concept, context.words)),
        draft: `/imagine ${samplePrompt(concept)}`,
        visibility: 'requester',
      });
    },
  },
});
