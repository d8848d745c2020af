import { z } from 'zod';
import { tokensIn } from '../src/concept.ts';
import { raise, unwrap } from '../src/result.ts';
import { drawingLimits as limits } from '../src/studio/limits.ts';
import { type Imagined, type ImagineRequest, type Progress, stopping } from '../src/studio/studio.ts';
import { completePrompt } from './bot/concepts.ts';
import { commandLine } from './bot/line.ts';
import { tidyWords } from './bot/names.ts';
import { cutTo } from './bot/quoted.ts';
import { lines, note, type RichText } from './bot/rich-text.ts';
import {
  type ActionContext,
  type Button,
  type CommandContext,
  defineCommand,
  type OutgoingFile,
  type Picture,
} from './command.ts';
import { type Messages, messagesIn } from './locales/index.ts';

const line = { name: 'imagine', positional: ['prompt'] } as const;
/** Whoever types a line calls commands and options as they are called here. */
const asTyped = { user: {}, words: messagesIn('en') };

/** All that draws the same pictures again. */
const recordSchema = z.object({
  prompt: z.string(),
  negativePrompt: z.string(),
  count: z.number().int(),
  seed: z.number().int(),
  steps: z.number().int(),
  guidanceScale: z.number(),
  width: z.number().int().exactOptional(),
  height: z.number().int().exactOptional(),
});
type ImagineRecord = z.infer<typeof recordSchema>;
type Request = Omit<ImagineRequest, 'count' | 'by'> & { readonly count: number };
type Context = Pick<
  CommandContext<Record<never, never>>,
  | 'server'
  | 'user'
  | 'studio'
  | 'jobs'
  | 'drawn'
  | 'words'
  | 'signal'
  | 'defer'
  | 'progress'
  | 'reply'
  | 'by'
  | 'job'
  | 'again'
>;

export default defineCommand({
  name: line.name,
  description: 'Draws what a prompt says, with any of the concepts taught here',
  access: 'everyone',
  options: {
    prompt: {
      type: 'string',
      required: true,
      maxLength: 1000,
      description: 'What to draw: a <new1> dog in the park',
      complete: completePrompt,
    },
    count: { type: 'integer', ...limits.count, description: 'How many pictures' },
    seed: { type: 'integer', ...limits.seed, description: 'The seed of an earlier picture draws it again' },
    steps: {
      type: 'integer',
      ...limits.steps,
      description: 'Denoising steps: more take longer and look finer',
    },
    guidance: {
      type: 'number',
      ...limits.guidance,
      description: 'How strictly the prompt is followed',
    },
    width: {
      type: 'integer',
      ...limits.side,
      description: 'Pixels across, where the model draws in other sizes',
    },
    height: {
      type: 'integer',
      ...limits.side,
      description: 'Pixels down, where the model draws in other sizes',
    },
    negative: { type: 'string', maxLength: 1000, description: 'What to keep out of the picture' },
  },
  positional: line.positional,
  example: '/imagine a dog in the park count:4',

  run(context) {
    const { prompt, count = 1, seed, steps, guidance, width, height, negative } = context.options;
    return draw(context, {
      prompt,
      count,
      ...(seed === undefined ? {} : { seed }),
      ...(steps === undefined ? {} : { steps }),
      ...(guidance === undefined ? {} : { guidanceScale: guidance }),
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      ...(negative === undefined ? {} : { negativePrompt: negative }),
    });
  },

  actions: {
    async again(context) {
      const { seed: _, ...record } = await recall(context);
      await draw(context, record, context.words.imagine.again(context.message));
    },

    /** The seed fixes the composition, so another guidance scale gives a sibling of the picture. */
    async vary(context) {
      const record = await recall(context);
      const guidanceScale = siblingScale(record.guidanceScale, Math.random());
      await draw(context, { ...record, guidanceScale }, context.words.imagine.sibling(context.message));
    },

    /** Those drawn not long ago are still there; others are drawn again, which their record says all of. */
    async singles(context) {
      const { server, argument, words } = context;
      const record = await recall(context);
      const kept = context.drawn.find(server.id, argument);
      const pictures = kept ?? (await drawPictures(context, record)).pictures;
      const { prompt, seed } = record;
      const alt = (index: number) => words.imagine.singleAlt(prompt, index + 1, pictures.length);
      await context.reply({
        text: words.imagine.singles(prompt, seed),
        pictures: singleFiles({ prompt, seed, pictures }).map(({ name, bytes }, index) =>
          pictureOf(name, bytes, alt(index)),
        ),
        buttons: [deleteButton(words)],
      });
    },

    async seed(context) {
      const { words } = context;
      const record = await recall(context);
      await context.reply({
        text: words.imagine.seedLine(commandLine(context, line, optionsOf(record))),
        draft: commandLine(asTyped, line, optionsOf(record)),
        visibility: 'requester',
      });
    },

    delete: (context) => context.remove(),
  },
});

/**
 * A guidance scale, to two decimals, a seventh to a third over or under `scale`, within the limits. `chance`, 0 up to 1,
 * chooses among them.
 */
export function siblingScale(scale: number, chance: number): number {
  const up = chance < 0.5;
  const change = 1 + 1 / 7 + ((chance * 2) % 1) * (1 / 3 - 1 / 7);
  const [wanted, other] = up ? [scale * change, scale / change] : [scale / change, scale * change];
  const fits = (value: number) => value >= limits.guidance.minimum && value <= limits.guidance.maximum;
  return Number((fits(wanted) ? wanted : other).toFixed(2));
}

/** @param from which picture it comes from */
async function draw(context: Context, request: Request, from: RichText = []): Promise<void> {
  const { server, user, words } = context;
  const imagined = await drawPictures(context, request);
  // Whoever deletes what is theirs stops this first: nothing of it is to be kept after that.
  if (context.signal.aborted && context.signal.reason !== stopping)
    raise('cancelled', 'Stopped; nothing was changed.');
  const { prompt, seed, steps, guidanceScale, pictures } = imagined;
  const record: ImagineRecord = { negativePrompt: '', ...request, prompt, seed, steps, guidanceScale };
  const job = await context.jobs.put(server.id, { ...record, user: user.id });
  if (pictures.length > 1) context.drawn.keep(server.id, job, pictures);
  await context.reply({
    text: caption(imagined, from, words),
    ...shown(imagined, words),
    buttons: buttons(job, pictures.length, words),
  });
}

async function drawPictures(context: Context, request: Request): Promise<Imagined> {
  const { server, studio, words, signal, by, job, again } = context;
  const asked = { ...request, by };
  if (!again) unwrap(await studio.mayImagine(server.id, asked));
  await context.defer();
  const title = words.imagine.drawing(request.prompt);
  context.progress(title);
  const onProgress = (progress: Progress) => context.progress(title, progress);
  return unwrap(await studio.imagine(server.id, asked, { signal, onProgress, job }));
}

function caption(imagined: Imagined, from: RichText, words: Messages): RichText {
  const { prompt, model, seed, steps, guidanceScale, seconds, notes } = imagined;
  const settings = words.imagine.settings(model, seed, steps, guidanceScale, seconds.toFixed(1));
  return lines(
    [{ strong: prompt }],
    [note(settings)],
    from,
    ...notes.map((sentence) => [words.sentence(sentence)]),
  );
}

/** One picture to look at, and what it is a grid of. */
function shown(imagined: Imagined, words: Messages) {
  const { prompt, seed, pictures, grid } = imagined;
  const first = grid ?? pictures[0];
  if (!first) throw new RangeError('The studio drew no picture');
  const alt = words.imagine.alt(prompt, pictures.length);
  return {
    pictures: [pictureOf(`${nameOf(prompt, seed)}.png`, first, alt)],
    ...(grid ? { singles: singleFiles(imagined) } : {}),
  };
}

function singleFiles({
  prompt,
  seed,
  pictures,
}: Pick<Imagined, 'prompt' | 'seed' | 'pictures'>): readonly OutgoingFile[] {
  return pictures.map((bytes, index) => ({
    name: `${nameOf(prompt, seed)}-${index + 1}.png`,
    type: 'image/png',
    bytes,
  }));
}

function pictureOf(name: string, png: Uint8Array, alt: string): Picture {
  return { name, png, alt: cutTo(alt, 1000) };
}

function nameOf(prompt: string, seed: number): string {
  return `${tidyWords(prompt)}-${seed}`;
}

function buttons(job: string, count: number, words: Messages): readonly Button[] {
  const labels = words.imagine.buttons;
  const one = (action: 'again' | 'vary' | 'singles' | 'seed'): Button => {
    return { action, argument: job, label: labels[action] };
  };
  return [
    { ...one('again'), style: 'primary' },
    one('vary'),
    ...(count > 1 ? [one('singles')] : []),
    one('seed'),
    deleteButton(words),
  ];
}

function deleteButton({ imagine }: Messages): Button {
  return { action: 'delete', argument: '', label: imagine.buttons.delete, style: 'danger', who: 'moderator' };
}

/** How the picture was made. Raises what keeps it from being drawn again. */
async function recall(context: ActionContext): Promise<ImagineRecord> {
  const { server, studio, jobs, argument, words } = context;
  const read = recordSchema.safeParse(await jobs.get(server.id, argument));
  const record = read.success ? read.data : raise('not-found', words.imagine.unknownJob);
  const named = tokensIn(`${record.prompt} ${record.negativePrompt}`);
  if (named.length === 0) return record;
  const { concepts, damaged } = await studio.inventory(server.id);
  const there = new Set([...concepts.map(({ token }) => token), ...damaged]);
  const forgotten = [...new Set(named)].filter((token) => !there.has(token));
  if (forgotten.length > 0) raise('unknown-token', words.imagine.forgotten(forgotten));
  return record;
}

/** The options that draw it again. */
function optionsOf(record: ImagineRecord): Readonly<Record<string, string | number>> {
  const { prompt, negativePrompt, count, seed, steps, guidanceScale, width, height } = record;
  const negative = negativePrompt ? { negative: negativePrompt } : {};
  const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  return { prompt, count, seed, steps, guidance: guidanceScale, ...size, ...negative };
}
