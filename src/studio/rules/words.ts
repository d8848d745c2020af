import { raise } from '../../result.ts';
import { longestWord } from './settings.ts';

/**
 * The first of a server's refused words that one of the texts has; undefined where none has any. Case, accents, width and characters
 * that show nothing do not matter. A word is found as a whole word: `cat` not in `concatenate`, nor in `cats`. Words of scripts
 * that put no spaces between words are found anywhere. It is a list of words and no more: it knows nothing of other
 * spellings, of meanings, or of what a picture shows. The time is that of reading every text once for each word, whatever they hold.
 */
export function refusedWordIn(texts: readonly string[], words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const plain = words.map(plainly);
  for (const text of texts.map((typed) => plainly(typed).slice(0, longestText))) {
    const found = plain.findIndex((word) => hasWord(text, word));
    if (found >= 0) return words[found];
  }
  return undefined;
}

/** Words typed with commas between them, in the order in which they came, each once. Raises 'invalid-option'. */
export function readWords(typed: string): readonly string[] {
  const words = typed.split(/[,;、，\n]/).map(plainly);
  const long = words.find((word) => [...word].length > longestWord);
  if (long !== undefined) {
    raise(
      'invalid-option',
      `A refused word has at most ${longestWord} characters: put commas between words.`,
    );
  }
  return [...new Set(words.filter((word) => letter.test(word)))];
}

/** Over what the longest prompt comes to, a character of which can become 18. What is longer is refused for its length. */
const longestText = 20_000;

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const letter = /[\p{L}\p{N}]/u;

function hasWord(text: string, word: string): boolean {
  const anywhere = unspaced.test(word);
  for (const start of placesOf(word, text)) {
    if (anywhere || !(endsInLetter(text, start) || beginsWithLetter(text, start + word.length))) return true;
  }
  return false;
}

/** Where `word` begins in `text`, by Knuth, Morris and Pratt's search, which reads both once. */
function* placesOf(word: string, text: string): Generator<number> {
  if (word === '') return;
  const shorter = [0];
  for (let end = 1, matched = 0; end < word.length; end++) {
    while (matched > 0 && word[end] !== word[matched]) matched = shorter[matched - 1]!;
    if (word[end] === word[matched]) matched++;
    shorter.push(matched);
  }
  for (let end = 0, matched = 0; end < text.length; end++) {
    while (matched > 0 && text[end] !== word[matched]) matched = shorter[matched - 1]!;
    if (text[end] === word[matched]) matched++;
    if (matched < word.length) continue;
    yield end + 1 - matched;
    matched = shorter[matched - 1]!;
  }
}

function endsInLetter(text: string, end: number): boolean {
  return letter.test([...text.slice(Math.max(0, end - 2), end)].at(-1) ?? '');
}

function beginsWithLetter(text: string, start: number): boolean {
  return letter.test([...text.slice(start, start + 2)][0] ?? '');
}

/**
 * A text or a word as they are compared. NFKD makes letters of wide, small and accented ones; what it took apart otherwise is put together again. What
 * shows nothing is left out, and so is all that labels leave out (`class-word.ts`), whose angle brackets are spaces. Other marks stay: Thai
 * and the scripts of India write vowels with them.
 */
export function plainly(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKD')
    .replace(/[\s<>]+/g, ' ')
    .replace(/[\u0300-\u036f\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/ +/g, ' ')
    .trim();
}
