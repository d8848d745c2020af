/** Plain data. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain };

/** Plain data as YAML, strings in quotation marks. @see https://yaml.org/spec/1.2.2/ */
export function yaml(value: Plain): string {
  return `${linesOf(value).join('\n')}\n`;
}

function linesOf(value: Plain): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one: Plain) => indented(linesOf(one), '- '));
  if (typeof value !== 'object') return [JSON.stringify(value)];
  return Object.entries(value).flatMap(([name, one]) =>
    typeof one === 'object'
      ? [`${name}:`, ...indented(linesOf(one), '  ')]
      : [`${name}: ${JSON.stringify(one)}`],
  );
}

function indented(lines: readonly string[], first: string): readonly string[] {
  return lines.map((line, index) => (index === 0 ? first : '  ') + line);
}
