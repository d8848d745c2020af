import type { APIApplicationCommandOptionChoice } from 'discord.js';
import { mostSuggestions } from '../../../commands/bot/completion.ts';
import type { Suggestion } from '../../../commands/command.ts';

/** Discord takes no longer names, and no longer values. */
const longest = 100;

/** Suggestions as Discord shows them. Those are left out whose value it would refuse, with all of the others. */
export function choicesOf(suggestions: readonly Suggestion[]): APIApplicationCommandOptionChoice<string>[] {
  return suggestions
    .filter(({ value }) => value !== '' && value.length <= longest)
    .slice(0, mostSuggestions)
    .map(({ value, label }) => ({ name: shortened(label ? `${value} · ${label}` : value), value }));
}

/** What was found, or nothing where it takes longer than `milliseconds`: a late answer is none. */
export async function inTime(
  found: Promise<readonly Suggestion[]>,
  milliseconds: number,
): Promise<readonly Suggestion[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Suggestion[]>((resolve) => {
    timer = setTimeout(resolve, milliseconds, []);
  });
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}

function shortened(name: string): string {
  return name.length <= longest ? name : `${name.slice(0, longest - 1)}…`;
}
