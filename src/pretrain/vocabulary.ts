const wordEnd = '</w>';
const specials = ['<|startoftext|>', '<|endoftext|>'];

/** The two files of a byte-pair tokenizer (Sennrich et al. 2016), in CLIP's form. */
export interface Vocabulary {
  readonly ids: Readonly<Record<string, number>>;
  /** Pairs in the order in which they merge. */
  readonly merges: readonly string[];
}

/**
 * A byte-pair vocabulary in which every given word is one token and anything else still splits into characters.
 * Merges are only ever added at the end, where they cannot undo what earlier ones join.
 * @param words lower-case words of ASCII letters
 */
export function vocabularyOf(words: readonly string[]): Vocabulary {
  const merges: [string, string][] = [];
  const ranks = new Map<string, number>();
  for (const word of [...new Set(words)].sort()) {
    for (let parts = split(word, ranks); parts.length > 1; parts = split(word, ranks)) {
      const [left = '', right = ''] = parts;
      ranks.set(`${left} ${right}`, merges.length);
      merges.push([left, right]);
    }
  }
  const symbols = byteSymbols();
  const tokens = [
    ...symbols,
    ...symbols.map((symbol) => symbol + wordEnd),
    ...merges.map((pair) => pair.join('')),
    ...specials,
  ];
  return {
    ids: Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id])),
    merges: merges.map((pair) => pair.join(' ')),
  };
}

function split(word: string, ranks: ReadonlyMap<string, number>): readonly string[] {
  let parts = [...word];
  parts.push(`${parts.pop()}${wordEnd}`);
  for (;;) {
    const best = parts.slice(1).reduce<{ rank: number; at: number }>(
      (found, right, at) => {
        const rank = ranks.get(`${parts[at]} ${right}`) ?? Number.POSITIVE_INFINITY;
        return rank < found.rank ? { rank, at } : found;
      },
      { rank: Number.POSITIVE_INFINITY, at: -1 },
    );
    if (best.at < 0) return parts;
    parts = [
      ...parts.slice(0, best.at),
      `${parts[best.at]}${parts[best.at + 1]}`,
      ...parts.slice(best.at + 2),
    ];
  }
}

/** GPT-2's printable stand-ins for the 256 bytes, in its order (Radford et al. 2019). */
function byteSymbols(): readonly string[] {
  const printable = (code: number) =>
    (code >= 33 && code <= 126) || (code >= 161 && code <= 172) || code >= 174;
  const bytes = Array.from({ length: 256 }, (_, code) => code);
  const shown = bytes.filter(printable).map((code) => String.fromCodePoint(code));
  const hidden = bytes
    .filter((code) => !printable(code))
    .map((_, index) => String.fromCodePoint(256 + index));
  return [...shown, ...hidden];
}
