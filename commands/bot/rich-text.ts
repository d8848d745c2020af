/**
 * Text without markup: every string is literal, so nothing a person typed can format, link or mention. An adapter
 * escapes the strings for its platform and adds the markup of `strong` and `code` itself. `\n` breaks the line.
 */
export type RichText = readonly Span[];

export type Span = string | { readonly strong: string } | { readonly code: string };

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

/** Several texts, each on a line of its own. */
export function lines(...texts: readonly RichText[]): RichText {
  return texts.filter((one) => one.length > 0).flatMap((one, index) => (index === 0 ? one : ['\n', ...one]));
}

/** The words alone, for alt texts and platforms without markup. */
export function plainText(value: RichText): string {
  return value
    .map((span) => (typeof span === 'string' ? span : 'strong' in span ? span.strong : span.code))
    .join('');
}

function spansOf(value: Span | RichText | number): RichText {
  if (typeof value === 'number') return [String(value)];
  return Array.isArray(value) ? value : [value as Span];
}
