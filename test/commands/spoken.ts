import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';

const root = join(import.meta.dirname, '../..');

/** What speaks to people in chats; the rest of the core speaks of model files, to who runs the bot. */
const speakers = [
  'model-store/**/*.ts',
  'src/diffusion/denoise.ts',
  'src/engine/**/*.ts',
  'src/interop/**/*.ts',
  'src/jobs/**/*.ts',
  'src/personalize/**/*.ts',
  'src/pictures/**/*.ts',
  'src/studio/**/*.ts',
];
/** They speak of a file that only a damaged store or an import has, to a service, or to who runs the bot. */
const others = new Set([
  'src/personalize/concept-file.ts',
  'src/personalize/captions/request.ts',
  'model-store/upkeep/migrate.ts',
  'model-store/upkeep/restore.ts',
  'model-store/upkeep/verify.ts',
]);

/** Stands for what differs in a sentence. */
const value = 'Xy7';

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * Every sentence of the core that people may read, as its source has it, with {@link value} for what differs; and the reasons
 * that stand in one of them. A sentence is a text of several words with a full stop, at its end or before its last value.
 */
export function spokenSentences(): {
  readonly sentences: readonly string[];
  readonly reasons: readonly string[];
} {
  const files = globSync(speakers, { cwd: root }).filter((file) => !others.has(file.replaceAll('\\', '/')));
  const texts = files.flatMap((file) => textsIn(readFileSync(join(root, file), 'utf8')));
  const isSentence = (text: string) => /\S \S/.test(text) && new RegExp(`\\.$|\\. ${value}$`).test(text);
  return {
    sentences: [...new Set(texts.filter(({ text }) => isSentence(text)).map(({ text }) => text))],
    reasons: [...new Set(texts.filter(({ callee }) => callee === 'refuse').map(({ text }) => text))].filter(
      (text) => !isSentence(text),
    ),
  };
}

interface Text {
  readonly text: string;
  /** The function that it is handed to, if any. */
  readonly callee?: string;
}

function textsIn(source: string): readonly Text[] {
  const found: Text[] = [];
  function walk(node: unknown, callee?: string): void {
    if (Array.isArray(node)) for (const one of node) walk(one, callee);
    if (!isNode(node)) return;
    const text = textOf(node);
    if (text !== undefined) found.push({ text, ...(callee !== undefined && { callee }) });
    else {
      const called = node.type === 'CallExpression' ? nameOf(node.callee) : undefined;
      for (const child of Object.values(node)) walk(child, called);
    }
  }
  walk(parseAst(source, { lang: 'ts' }) as unknown as Node);
  return found;
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral') {
    return (node.quasis as readonly { value: { cooked: string } }[])
      .map((quasi) => quasi.value.cooked)
      .join(value);
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const [left, right] = [textOf(node.left as Node), textOf(node.right as Node)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? String(node.name) : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
