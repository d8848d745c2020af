import { markdownTable } from './markdown.ts';
import { type BoundName, bounds, printedName } from './print.ts';
import { multiSizes } from './scripts/multi-scripts.ts';
import type { MethodRow, PromptScores } from './summary.ts';

/** What methods are held against, with its numbers. */
export interface BoundRow extends PromptScores {
  readonly bound: BoundName;
}

/** What a table is of. */
export interface TableHead {
  readonly command: string;
  readonly commits: readonly string[];
  readonly model: string;
  readonly clip: string;
  readonly reader: string;
  readonly concepts: number;
  readonly orders: number;
}

/**
 * The evaluation's numbers as Markdown: the table in the paper's form, then what the paper's lacks.
 * @param held what methods are held against; nothing is said of it where there is none
 */
export function tableOf(head: TableHead, rows: readonly MethodRow[], held: readonly BoundRow[] = []): string {
  const sections = [
    `# ${head.concepts} concepts one after another, ${head.orders === 1 ? 'in one order' : `in ${head.orders} orders`}`,
    [
      `\`${head.command}\``,
      `at commit ${head.commits.map((commit) => commit.slice(0, 12)).join(', ') || 'unknown'},`,
      `model ${head.model.slice(0, 12)}, CLIP ${head.clip.slice(0, 12)}, reader ${head.reader.slice(0, 12)}`,
    ].join(' '),
    '## After the last lesson',
    markdownTable(
      ['method', 'single CLIP-I', 'single CLIP-T', 'multi CLIP-I', 'multi CLIP-T', 'memory', 'time'],
      rows.map(({ method, single, multi, composing }) => [
        printedName(method),
        points(single.clipI),
        points(single.clipT),
        points(multi?.clipI),
        points(multi?.clipT),
        bytes(composing.bytes),
        seconds(composing.seconds),
      ]),
    ),
    ...(held.length > 0 ? ['## What these numbers can be', boundsTable(held)] : []),
    '## Attributes found where they belong, in percent',
    markdownTable(
      [
        'method',
        'single',
        'right after',
        'first concept',
        'most lost',
        ...multiSizes.map((size) => `${size} together`),
      ],
      rows.map(({ method, single, forgetting, multi }) => [
        printedName(method),
        points(single.fidelity),
        points(forgetting.rightAfter),
        change(forgetting.first.rightAfter, forgetting.first.atLast),
        points(forgetting.mostLost),
        ...multiSizes.map((size) => points(multi?.fidelity[size])),
      ]),
    ),
    '## The base model, and what teaching takes',
    markdownTable(
      [
        'method',
        'prompts without tokens',
        'likeness',
        'class words show the concept',
        'most gained',
        'lesson',
        'file',
      ],
      rows.map(({ method, drift, leaks, teaching }) => [
        printedName(method),
        change(drift.base, drift.taught),
        points(drift.likeness),
        change(leaks.base, leaks.taught),
        points(leaks.mostGained),
        seconds(teaching.seconds),
        bytes(teaching.bytes),
      ]),
    ),
    notes.map((note) => `- ${note}`).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function boundsTable(held: readonly BoundRow[]): string {
  return markdownTable(
    [
      'pictures',
      'single CLIP-I',
      'single CLIP-T',
      'multi CLIP-I',
      'multi CLIP-T',
      'single',
      ...multiSizes.map((size) => `${size} together`),
    ],
    held.map(({ bound, single, multi }) => [
      bounds[bound],
      points(single.clipI),
      points(single.clipT),
      points(multi?.clipI),
      points(multi?.clipT),
      points(single.fidelity),
      ...multiSizes.map((size) => points(multi?.fidelity[size])),
    ]),
  );
}

const notes = [
  'CLIP-I: mean cosine of drawn pictures and the concept’s drawings, in percent; of several concepts, their mean. CLIP-T: 2.5·max(cos, 0) of picture and prompt, the class word in each token’s place, in percent. Both as the paper has them, but with the CLIP named above: only ranks and gaps can be compared with the paper’s, and with OpenAI’s CLIP alone the scale.',
  'What these numbers can be: what the same judges say of pictures for the same prompts that nobody was taught for. True drawings are the world’s own, of the concepts themselves, and no method can be more faithful than they are; the same of any others of their classes, and the base model’s pictures, ignore the concepts.',
  'Memory and time: what composing all concepts holds and takes beside the model.',
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
