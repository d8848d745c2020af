/** A person's words inside a sentence: shortened and in quotation marks. */
export function quoted(words: string): string {
  return `“${shortened(words)}”`;
}

/** At most 40 characters of them, on one line. */
export function shortened(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return endedAfter(line, 40);
}

/** The words, or so many characters of them of which the last is an ellipsis. */
export function endedAfter(words: string, most: number): string {
  return words.length <= most ? words : `${cutTo(words, most - 1)}…`;
}

/** The first so many characters, and of one that takes two never a half, which is no text that can be sent. */
export function cutTo(words: string, most: number): string {
  return words.slice(0, most).toWellFormed();
}
