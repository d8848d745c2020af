/** What decided a report's numbers; null where it is unknown, or where there is no such judge. */
export interface MadeWith {
  readonly command: string;
  readonly commits: readonly string[];
  /** The base model's id. */
  readonly model: string;
  readonly clip: string | null;
  readonly reader: string | null;
}

/** The command, and what decided its numbers, in a line. */
export function madeWith({ command, commits, model, clip, reader }: MadeWith): string {
  const at = commits.map(short).join(', ') || 'unknown';
  return `\`${command}\` at commit ${at}, model ${short(model)}, CLIP ${short(clip)}, reader ${short(reader)}`;
}

/** Its first twelve digits, and what follows it. */
function short(hash: string | null): string {
  return hash?.replace(/^([0-9a-f]{12})[0-9a-f]*/, '$1') ?? 'none';
}
