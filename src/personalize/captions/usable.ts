import type { CaptionRequest } from './captioner.ts';

const longestCaption = 200;
const mostCaptions = 8;

/**
 * What of a service's captions for one picture may be trained on: each on one line, in plain words, with the
 * concept's token exactly once and no other. A caption without the token gets it where the class word stands
 * (a style's at the end); what cannot be mended is left out.
 */
export function usableCaptions(captions: readonly string[], request: CaptionRequest): readonly string[] {
  const mended = captions.map((caption) => usable(caption, request));
  return [...new Set(mended.filter((caption) => caption !== undefined))].slice(0, mostCaptions);
}

function usable(caption: string, request: CaptionRequest): string | undefined {
  const { token } = request;
  if (caption.length > longestCaption) return undefined;
  const text = withToken(caption.replace(/\s+/g, ' ').trim().replace(/\.$/, ''), request);
  const rest = text?.split(token);
  return rest?.length === 2 && isPlain(rest.join('')) ? text : undefined;
}

/** Words and the marks between them: no markup, no address, no other token. */
function isPlain(text: string): boolean {
  return /^[\p{L}\p{M}\p{N} ,;'’()&-]*$/u.test(text);
}

function withToken(text: string, { token, classWord, kind }: CaptionRequest): string | undefined {
  const words = text.replaceAll(token, ' ');
  if (kind === 'style') return text.includes(token) ? text : `${text} in ${token} style`;
  const named = wholeWord(classWord);
  if (!text.includes(token)) {
    return named.test(text) ? text.replace(named, (word) => `${token} ${word}`) : undefined;
  }
  return named.test(words) ? text : text.replace(token, () => `${token} ${classWord}`);
}

/** Finds a word or several, in either case, where no letter or digit is beside it. */
export function wholeWord(word: string): RegExp {
  const escaped = word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu');
}
