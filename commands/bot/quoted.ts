/** A person's words inside a sentence: shortened and in quotation marks. */
export function quoted(words: string): string {
  return `“${shortened(words)}”`;
}

/** At most 40 characters of them, on one line. */
export function shortened(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > 40 ? `${line.slice(0, 39)}…`.toWellFormed() : line;
}
