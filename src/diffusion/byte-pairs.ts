import { raise } from '../result.ts';

/** Splits one word into vocabulary ids by byte-pair encoding; the word's last symbol carries the end-of-word mark. */
export type BytePairEncoder = (word: string) => readonly number[];

interface Merge {
  readonly rank: number;
  readonly id: number;
}

const endOfWord = '</w>';

/** More tokens or merges than any CLIP vocabulary has; keeps a pair of ids, and a rank beside a position, exact in a double. */
export const largestVocabulary = 2 ** 20;
const positions = 2 ** 32;

/**
 * Byte-pair encoding over bytes (Sennrich et al. 2016, Radford et al. 2019): the adjacent pair with the lowest rank is
 * merged first, the leftmost first among equals. A queue of pairs keeps this at n·log n for a word of n bytes.
 * @param merges pairs "left right", by rank.
 * @param unknown the id of a byte that the vocabulary does not have.
 */
export function createBytePairEncoder(
  vocabulary: ReadonlyMap<string, number>,
  merges: readonly string[],
  unknown: number,
): BytePairEncoder {
  const table = readMerges(vocabulary, merges);
  const inner = Int32Array.from(byteSymbols, (symbol) => vocabulary.get(symbol) ?? unknown);
  const final = Int32Array.from(byteSymbols, (symbol) => vocabulary.get(symbol + endOfWord) ?? unknown);

  return (word) => {
    const bytes = Buffer.from(word);
    const last = bytes.length - 1;
    const ids = Int32Array.from(
      bytes,
      (byte, index) => (index === last ? final[byte] : inner[byte]) as number,
    );
    return mergeAll(ids, table);
  };
}

function mergeAll(ids: Int32Array, table: ReadonlyMap<number, Merge>): readonly number[] {
  const gone = -1;
  const count = ids.length;
  const next = Int32Array.from(ids, (_, index) => index + 1);
  const previous = Int32Array.from(ids, (_, index) => index - 1);
  const queue: number[] = [];

  const mergeAt = (left: number): Merge | undefined => {
    const right = next[left] as number;
    return right < count ? table.get(pairKey(ids[left] as number, ids[right] as number)) : undefined;
  };
  const enqueue = (left: number): void => {
    const merge = mergeAt(left);
    if (merge) push(queue, merge.rank * positions + left);
  };

  for (let index = 0; index < count; index++) enqueue(index);
  while (queue.length > 0) {
    const key = pop(queue);
    const left = key % positions;
    const merge = ids[left] === gone ? undefined : mergeAt(left);
    if (merge?.rank !== Math.floor(key / positions)) continue;
    const right = next[left] as number;
    const after = next[right] as number;
    ids[left] = merge.id;
    ids[right] = gone;
    next[left] = after;
    if (after < count) previous[after] = left;
    enqueue(left);
    if (left > 0) enqueue(previous[left] as number);
  }
  return Array.from(ids).filter((id) => id !== gone);
}

function readMerges(
  vocabulary: ReadonlyMap<string, number>,
  merges: readonly string[],
): ReadonlyMap<number, Merge> {
  const idOf = (token: string, line: string): number =>
    vocabulary.get(token) ??
    raise(
      'invalid-model',
      `The model's tokenizer joins "${line}", but its vocabulary has no "${token}". Take both from one model.`,
    );
  return new Map(
    merges.map((line, rank) => {
      const [left, right, ...rest] = line.split(' ');
      if (!left || !right || rest.length > 0) {
        raise(
          'invalid-model',
          `The model's tokenizer has "${line}" where two symbols to join should stand. Download its files again.`,
        );
      }
      return [pairKey(idOf(left, line), idOf(right, line)), { rank, id: idOf(left + right, line) }];
    }),
  );
}

const pairKey = (left: number, right: number): number => left * largestVocabulary + right;

/** The printable character that stands for each byte in a vocabulary: itself, or one from U+0100 on where it has no glyph. */
const byteSymbols: readonly string[] = (() => {
  let replaced = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : 0x100 + replaced++);
  });
})();

/** Adds to a binary heap with the smallest number first. */
function push(heap: number[], value: number): void {
  let index = heap.length;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if ((heap[parent] as number) <= value) break;
    heap[index] = heap[parent] as number;
    index = parent;
  }
  heap[index] = value;
}

/** Takes the smallest number from a heap that is not empty. */
function pop(heap: number[]): number {
  const smallest = heap[0] as number;
  const value = heap.pop() as number;
  const length = heap.length;
  if (length === 0) return smallest;
  let index = 0;
  for (let child = 1; child < length; child = 2 * index + 1) {
    if (child + 1 < length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= value) break;
    heap[index] = heap[child] as number;
    index = child;
  }
  heap[index] = value;
  return smallest;
}
