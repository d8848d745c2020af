import { type MadeWith, madeWith } from './made-with.ts';
import { type Columns, tableOfColumns } from './markdown.ts';
import { type BoundName, bounds, printedName } from './print.ts';
import { multiSizes } from './scripts/multi-scripts.ts';
import type { MethodRow, PromptScores } from './summary.ts';

/** What methods are held against, with its numbers. */
export interface BoundRow extends PromptScores {
  readonly bound: BoundName;
}

/** What a table is of. */
export interface TableHead extends MadeWith {
  readonly concepts: number;
  readonly orders: number;
}

/**
 * The evaluation's numbers as Markdown: the table in the paper's form, then what the paper's lacks.
 * @param held what methods are held against; nothing is said of it where there is none
 */
export function tableOf(
  head: TableHead,
  measured: readonly MethodRow[],
  held: readonly BoundRow[] = [],
): string {
  const { concepts, orders } = head;
  const rows = measured.map((row) => ({ ...row, name: nameOf(row, orders) }));
  const sections = [
    `# ${concepts} concepts one after another, ${orders === 1 ? 'in one order' : `in ${orders} orders`}`,
    madeWith(head),
    '## After the last lesson',
    tableOfColumns(afterLast, rows),
    ...(held.length > 0 ? ['## What these numbers can be', tableOfColumns(bound, held)] : []),
    '## Attributes found where they belong, in percent',
    tableOfColumns(found, rows),
    '## The base model, and what teaching takes',
    tableOfColumns(kept, rows),
    notes.map((note) => `- ${note}`).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

const alignment: Columns<PromptScores> = {
  'single CLIP-I': ({ single }) => points(single.clipI),
  'single CLIP-T': ({ single }) => points(single.clipT),
  'multi CLIP-I': ({ multi }) => points(multi?.clipI),
  'multi CLIP-T': ({ multi }) => points(multi?.clipT),
};

/** The share found in pictures of several concepts, a column for each number of them. */
export const together: Columns<Pick<PromptScores, 'multi'>> = Object.fromEntries(
  multiSizes.map((size) => [`${size} together`, ({ multi }) => points(multi?.fidelity[size])]),
);

interface NamedRow extends MethodRow {
  readonly name: string;
}

/** Orders have other prompts of several concepts, so a mean over fewer of them is called so. */
function nameOf({ method, orders }: MethodRow, of: number): string {
  return orders < of ? `${printedName(method)} (${orders} of ${of} orders)` : printedName(method);
}

const afterLast: Columns<NamedRow> = {
  method: ({ name }) => name,
  ...alignment,
  memory: ({ composing }) => bytes(composing.bytes),
  time: ({ composing }) => seconds(composing.seconds),
};

const bound: Columns<BoundRow> = {
  pictures: ({ bound }) => bounds[bound],
  ...alignment,
  single: ({ single }) => points(single.fidelity),
  ...together,
};

const found: Columns<NamedRow> = {
  method: ({ name }) => name,
  single: ({ single }) => points(single.fidelity),
  'right after': ({ forgetting }) => points(forgetting.rightAfter),
  'first concept': ({ forgetting: { first } }) => change(first.rightAfter, first.atLast),
  'most lost': ({ forgetting }) => points(forgetting.mostLost),
  ...together,
};

const kept: Columns<NamedRow> = {
  method: ({ name }) => name,
  'prompts without tokens': ({ drift }) => change(drift.base, drift.taught),
  likeness: ({ drift }) => points(drift.likeness),
  'class words show the concept': ({ leaks }) => change(leaks.base, leaks.taught),
  'most gained': ({ leaks }) => points(leaks.mostGained),
  lesson: ({ teaching }) => seconds(teaching.seconds),
  file: ({ teaching }) => bytes(teaching.bytes),
};

const notes = [
  'CLIP-I: mean cosine of drawn pictures and the concept’s drawings, in percent; of several concepts, their mean. CLIP-T: 2.5·max(cos, 0) of picture and prompt, the class word in each token’s place, in percent. Both as the paper has them, but with the CLIP named above: only ranks and gaps can be compared with the paper’s, and with OpenAI’s CLIP alone the scale.',
  'What these numbers can be: what the same judges say of pictures for the same prompts that nobody was taught for. True drawings are the world’s own, of the concepts themselves, and no method can be more faithful than they are; the same of any others of their classes, and the base model’s pictures, ignore the concepts.',
  'Memory and time: what composing all concepts holds beside the model, and the median of five times that it takes. What a method needs of its concepts to draw, of CNS 8 bytes a weight, is in no column: it is about the size of their files.',
  'Single: the share of each concept’s own attributes that the reader finds in its pictures after the last lesson, and right after its own. First concept: that of the concept taught first, right after its lesson → after the last. Most lost: by the concept that lost most, in points. Together: prompts of so many concepts, each one’s attributes looked for with its figure.',
  'Prompts without tokens: the share of the attributes that they name, before → after all lessons; likeness: mean cosine with the base model’s picture from the same seed. Class words: the share of a concept’s own attributes in pictures of its class word alone, before → after; most gained: by the concept that shows most, in points.',
  'Lesson and file: mean time of a lesson and mean size of what it leaves.',
];

/** To two places; a dash where there is nothing. */
export function points(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2);
}

/** `before → after`, each as {@link points} has it. */
export function change(before: number, after: number): string {
  return `${points(before)} → ${points(after)}`;
}

function bytes(count: number): string {
  if (count === 0) return '0';
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

/** To three significant digits; a plain 0 where it took none. */
export function seconds(value: number): string {
  return value === 0 ? '0' : `${value.toPrecision(3)} s`;
}
