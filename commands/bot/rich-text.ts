/**
 * Text without markup: every string is literal, so nothing a person typed can format, link or mention. An adapter
 * escapes the strings for its platform and adds the markup of the others itself. `\n` breaks the line.
 */
export type RichText = readonly Span[];

/** A piece of text in one weight; a plain string is words as they are. */
export type Span =
  | string
  | { readonly strong: string }
  | { readonly code: string }
  | { readonly note: string }
  /** Words that lead to an address of the platform's own; never one that a person typed. */
  | { readonly link: string; readonly to: string };

/** A template tag: `` text`${strong('<new1>')} is learnt` ``. */
export function text(
  literals: TemplateStringsArray,
  ...values: readonly (Span | RichText | number)[]
): RichText {
  return literals
    .flatMap((literal, index) => [literal, ...spansOf(values[index] ?? '')])
    .filter((span) => span !== '');
}

export function strong(value: string): Span {
  return { strong: value };
}

/** Something to be typed as it stands, such as a command line. */
export function code(value: string): Span {
  return { code: value };
}

/** Something of less weight, such as figures. */
export function note(value: string): Span {
  return { note: value };
}

/** Words that lead somewhere, or the words alone where there is nowhere. @param to an address that an adapter has made */
export function link(words: string, to: string | undefined): Span {
  return to === undefined ? words : { link: words, to };
}

/** Several texts, each on a line of its own. */
export function lines(...texts: readonly RichText[]): RichText {
  return texts.filter((one) => one.length > 0).flatMap((one, index) => (index === 0 ? one : ['\n', ...one]));
}

/** The words alone, for alt texts and platforms without markup. */
export function plainText(value: RichText): string {
  return value.map(wordsOf).join('');
}

/** The literal text of a span. */
export function wordsOf(span: Span): string {
  return typeof span === 'string' ? span : (Object.values(span)[0] ?? '');
}

function spansOf(value: Span | RichText | number): RichText {
  if (typeof value === 'number') return [String(value)];
  return Array.isArray(value) ? value : [value as Span];
}
