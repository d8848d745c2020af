import { z } from 'zod';
import { raise, unwrap } from '../src/result.ts';
import { drawingLimits as limits } from '../src/studio/limits.ts';
import type { Imagined, ImagineRequest } from '../src/studio/studio.ts';
import { completePrompt } from './bot/concepts.ts';
import { lineValue } from './bot/line.ts';
import { tidyWords } from './bot/names.ts';
import { lines, note, type RichText, strong, text } from './bot/rich-text.ts';
import { type ActionContext, type Button, type CommandContext, defineCommand } from './command.ts';

/** All that draws the same pictures again. */
const recordSchema = z.object({
  prompt: z.string(),
  negativePrompt: z.string(),
  count: z.number().int(),
  seed: z.number().int(),
  steps: z.number().int(),
  guidanceScale: z.number(),
});
type ImagineRecord = z.infer<typeof recordSchema>;
type Request = Omit<ImagineRequest, 'count'> & { readonly count: number };
type Context = Pick<
  CommandContext<Record<never, never>>,
  'server' | 'studio' | 'jobs' | 'signal' | 'defer' | 'progress' | 'reply'
>;

export default defineCommand({
  name: 'imagine',
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
    negative: { type: 'string', maxLength: 1000, description: 'What to keep out of the picture' },
  },
  positional: ['prompt'],
  example: '/imagine a dog in the park count:4',

  run(context) {
    const { prompt, count = 1, seed, steps, guidance, negative } = context.options;
    return draw(context, {
      prompt,
      count,
      ...(seed === undefined ? {} : { seed }),
      ...(steps === undefined ? {} : { steps }),
      ...(guidance === undefined ? {} : { guidanceScale: guidance }),
      ...(negative === undefined ? {} : { negativePrompt: negative }),
    });
  },

  actions: {
    async again(context) {
      const { seed: _, ...record } = await recall(context);
      await draw(context, record);
    },

    /** The seed fixes the composition, so another guidance scale gives a sibling of the picture. */
    async vary(context) {
      const record = await recall(context);
      await draw(context, { ...record, guidanceScale: siblingScale(record.guidanceScale, Math.random()) });
    },

    async seed(context) {
      const draft = commandLine(await recall(context));
      await context.reply({
        text: text`This line draws it again; change what you like: ${{ code: draft }}`,
        draft,
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

async function draw(context: Context, request: Request): Promise<void> {
  await context.defer();
  const title = text`Drawing ${strong(request.prompt)}`;
  context.progress(title);
  const imagined = unwrap(
    await context.studio.imagine(context.server.id, request, {
      signal: context.signal,
      onProgress: (progress) => context.progress(title, progress),
    }),
  );
  const { prompt, seed, steps, guidanceScale } = imagined;
  const record: ImagineRecord = { negativePrompt: '', ...request, prompt, seed, steps, guidanceScale };
  const job = await context.jobs.put(context.server.id, record);
  await context.reply({ text: caption(imagined), ...pictures(imagined), buttons: buttons(job) });
}

function caption({ prompt, seed, steps, guidanceScale, seconds, notes }: Imagined): RichText {
  const settings = `seed ${seed} · ${steps} steps · guidance ${guidanceScale} · ${seconds.toFixed(1)} s`;
  return lines(text`${strong(prompt)}`, [note(settings)], ...notes.map((sentence) => [sentence]));
}

/** One picture to look at; where it is a grid, its single pictures come along as files. */
function pictures({ prompt, seed, pictures: singles, grid }: Imagined) {
  const name = `${tidyWords(prompt)}-${seed}`;
  const shown = grid ?? singles[0];
  if (!shown) throw new RangeError('The studio drew no picture');
  const alt = `${grid ? `${singles.length} pictures of` : 'A picture of'} ${prompt}`.slice(0, 1000);
  const files = singles.map((bytes, index) => ({
    name: `${name}-${index + 1}.png`,
    type: 'image/png' as const,
    bytes,
  }));
  return { pictures: [{ name: `${name}.png`, png: shown, alt }], ...(grid ? { files } : {}) };
}

function buttons(job: string): readonly Button[] {
  return [
    { action: 'again', argument: job, label: 'Again', style: 'primary' },
    { action: 'vary', argument: job, label: 'Vary' },
    { action: 'seed', argument: job, label: 'Use the seed' },
    { action: 'delete', argument: job, label: 'Delete', style: 'danger', who: 'requester' },
  ];
}

async function recall({ jobs, server, argument }: ActionContext): Promise<ImagineRecord> {
  const record = recordSchema.safeParse(await jobs.get(server.id, argument));
  if (record.success) return record.data;
  return raise('not-found', 'I no longer know how this picture was made. Send the command again.');
}

function commandLine({ prompt, negativePrompt, count, seed, steps, guidanceScale }: ImagineRecord): string {
  const negative = negativePrompt ? [`negative:${lineValue(negativePrompt)}`] : [];
  const numbers = [`count:${count}`, `seed:${seed}`, `steps:${steps}`, `guidance:${guidanceScale}`];
  return ['/imagine', prompt, ...numbers, ...negative].join(' ');
}
