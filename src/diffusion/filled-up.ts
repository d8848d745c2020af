/** As many as wanted, the last as often as others are missing: a batch of one size where a session is opened for each. */
export function filledUp<Item>(items: readonly Item[], size: number): readonly Item[] {
  return Array.from({ length: size }, (_, at) => items[Math.min(at, items.length - 1)] as Item);
}

/** As many at a time; the last part has what is left. */
export function partsOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

/** As many at a time, the last part filled up with its last one. */
export function inParts<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return partsOf(items, size).map((part) => filledUp(part, size));
}
