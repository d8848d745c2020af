/** Passes a value on where it is another than the last. */
export function whenChanged<T>(listener: ((value: T) => void) | undefined): (value: T) => void {
  let last: T | undefined;
  return (value) => {
    if (value === last) return;
    last = value;
    listener?.(value);
  };
}
