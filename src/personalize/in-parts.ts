/** As many at a time, the last part filled up with its last one. */
export function inParts<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => {
    const part = items.slice(at * size, (at + 1) * size);
    return [...part, ...new Array<Item>(size - part.length).fill(part.at(-1) as Item)];
  });
}
