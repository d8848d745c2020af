import type { ExampleInfo } from './wire.ts';

/** Something to try with one click: a command line with pictures for it. */
export interface Example {
  readonly title: string;
  readonly line: string;
  /** PNG files, made when they are first asked for. */
  pictures(): Promise<readonly Uint8Array[]>;
}

/** The examples as the page shows them. Of one that fails to be made only the line is shown, until it is asked for again. */
export interface Examples {
  list(): Promise<readonly ExampleInfo[]>;
  picture(example: number, picture: number): Promise<Uint8Array | undefined>;
}

/**
 * Makes the pictures of each example once, when they are first asked for. Those that could not be made are tried
 * again the next time.
 */
export function createExamples(examples: readonly Example[]): Examples {
  const made = new Map<number, Promise<readonly Uint8Array[]>>();
  const picturesOf = (index: number): Promise<readonly Uint8Array[]> => {
    const pictures = made.get(index) ?? examples[index]?.pictures() ?? Promise.resolve([]);
    made.set(index, pictures);
    pictures.catch(() => made.delete(index));
    return pictures;
  };
  return {
    list: () =>
      Promise.all(
        examples.map(async ({ title, line }, index) => {
          const pictures = await picturesOf(index).catch(() => []);
          return { title, line, pictures: pictures.map((_, picture) => `/examples/${index}/${picture}.png`) };
        }),
      ),
    picture: async (example, picture) =>
      example < examples.length ? (await picturesOf(example).catch(() => []))[picture] : undefined,
  };
}
