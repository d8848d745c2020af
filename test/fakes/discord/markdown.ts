/** A message as Discord's clients show it. */
export interface Shown {
  /** The words, without marks. */
  readonly text: string;
  /** Words in bold, slanted, struck out, hidden, as code, as headings or quotes; links; and whatever stands for a mention. */
  readonly marked: readonly string[];
}

interface Rule {
  readonly pattern: RegExp;
  /** Whether what is inside is read for marks too. */
  readonly deep: boolean;
  /** Only where a line begins. */
  readonly line?: boolean;
  readonly plain?: boolean;
}

/** In the order in which the clients try them, each where the text stands. Group 1 is what is shown. */
const rules: readonly Rule[] = [
  { pattern: /^```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```/i, deep: false },
  { pattern: /^-# +([^\n]+)/, deep: true, line: true, plain: true },
  { pattern: /^#{1,3} +([^\n]+)/, deep: true, line: true },
  { pattern: /^(?:>>>|>) +([^\n]*)/, deep: true, line: true },
  { pattern: /^ *(?:[-*+]|\d+\.) +([^\n]+)/, deep: true, line: true },
  { pattern: /^\\([^0-9A-Za-z\s])/, deep: false, plain: true },
  { pattern: /^(?:<@[!&]?\d+>|<#\d+>|<\/[^:>]+:\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|<id:\w+>)/, deep: false },
  { pattern: /^@(?:everyone|here)/, deep: false },
  { pattern: /^<https?:\/\/[^\s>]+>/, deep: false },
  { pattern: /^https?:\/\/[^\s<]+/, deep: false },
  { pattern: /^discord\.gg\/\w+/, deep: false },
  { pattern: /^\[((?:\\.|[^\]\\])+)\]\(<?https?:\/\/[^\s)]+>?\)/, deep: true },
  { pattern: /^:\w+:/, deep: false },
  { pattern: /^(`+)([\s\S]*?[^`])\1(?!`)/, deep: false },
  { pattern: /^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, deep: true },
  { pattern: /^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, deep: true },
  { pattern: /^\|\|([\s\S]+?)\|\|/, deep: true },
  { pattern: /^~~([\s\S]+?)~~(?!_)/, deep: true },
  { pattern: /^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/, deep: true },
  { pattern: /^_((?:__|\\[\s\S]|[^\\_])+?)_(?!\w)/, deep: true },
];

/** Reads markdown by the rules of Discord's clients, which are those of simple-markdown and some of their own. */
export function readMarkdown(source: string): Shown {
  const marked: string[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const begins = at === 0 || source[at - 1] === '\n';
    const found = rules
      .filter(({ line }) => !line || begins)
      .map((rule) => ({ rule, match: rule.pattern.exec(rest) }))
      .find(({ match }) => match);
    if (!found?.match) {
      text += source[at++];
      continue;
    }
    const { rule, match } = found;
    const inside = codeInside(match) ?? match[1] ?? match[0];
    const shown = rule.deep ? readMarkdown(inside) : { text: inside, marked: [] };
    text += shown.text;
    if (!rule.plain) marked.push(shown.text);
    marked.push(...shown.marked);
    at += match[0].length;
  }
  return { text, marked };
}

/** Between backticks, without the space that keeps a backtick from them. */
function codeInside(match: RegExpExecArray): string | undefined {
  if (!/^`/.test(match[0]) || match[2] === undefined) return undefined;
  return match[2].replace(/^ (?=`)|(?<=`) $/g, '');
}
