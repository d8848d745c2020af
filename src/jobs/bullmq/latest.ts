/**
 * Passes values on, at most one every so many milliseconds: of those that come faster, the last.
 * `end` drops what has not been passed on.
 */
export function latest<T>(
  pass: (value: T) => void,
  milliseconds: number,
): { tell(value: T): void; end(): void } {
  let waiting: { readonly value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    timer = undefined;
    if (!waiting) return;
    pass(waiting.value);
    waiting = undefined;
    timer = setTimeout(next, milliseconds);
  };
  return {
    tell(value) {
      waiting = { value };
      if (timer === undefined) next();
    },
    end() {
      clearTimeout(timer);
      waiting = undefined;
    },
  };
}
