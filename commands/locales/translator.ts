/**
 * Sentences of the core, in English with `{names}` in the places of what differs, and how they are said in another language,
 * with the same names. `{name*}` says that what stands there is English of the core too.
 */
export type SentenceTable = Readonly<Record<string, string>>;

/** Translates by a table; what is not in it is undefined. */
export type Translator = (english: string) => string | undefined;

/** Where several fit, the one with the most words of its own does. */
export function createTranslator(table: SentenceTable): Translator {
  const rules = Object.entries(table)
    .sort(([a], [b]) => literals(b).length - literals(a).length)
    .map(([english, other]) => [patternOf(english), other] as const);

  function translate(english: string): string | undefined {
    for (const [pattern, other] of rules) {
      const match = pattern.exec(english);
      if (match) return filled(other, match.groups ?? {});
    }
    return undefined;
  }

  function filled(sentence: string, values: Readonly<Record<string, string>>): string {
    return sentence.replace(/\{(\w+)(\*?)\}/g, (_, name: string, star: string) => {
      const value = values[name] ?? '';
      return star === '' ? value : (translate(value) ?? value);
    });
  }

  return translate;
}

/** A name that comes twice stands for the same words. */
function patternOf(english: string): RegExp {
  const seen = new Set<string>();
  const source = english.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return literal(part);
    if (seen.has(part)) return `\\k<${part}>`;
    seen.add(part);
    return `(?<${part}>.+?)`;
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

function literals(english: string): string {
  return english.replace(/\{\w+\}/g, '');
}

function literal(words: string): string {
  return words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
