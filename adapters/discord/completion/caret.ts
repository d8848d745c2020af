/**
 * Where the caret stands in what was typed, which Discord does not tell: where it was last changed, if `before` shows that;
 * else behind a concept that was begun with `<` and is not finished; else at the end.
 */
export function caretOf(typed: string, before?: string): number {
  return changedAt(typed, before) ?? begunAt(typed) ?? typed.length;
}

/** Behind what was put in or taken out, where one of these is all that happened. */
function changedAt(typed: string, before: string | undefined): number | undefined {
  if (before === undefined || before === typed) return undefined;
  const shorter = Math.min(typed.length, before.length);
  let same = 0;
  while (same < shorter && typed[same] === before[same]) same++;
  let rest = 0;
  while (rest < shorter - same && typed.at(-1 - rest) === before.at(-1 - rest)) rest++;
  return same + rest === shorter ? typed.length - rest : undefined;
}

function begunAt(typed: string): number | undefined {
  const begun = [...typed.matchAll(/<[^\s<>]*(?=\s|$)/g)].at(-1);
  return begun && begun.index + begun[0].length;
}
