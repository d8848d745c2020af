import type { Clip } from '../../src/judges/clip.ts';
import type { Judges } from '../../src/judges/judges.ts';
import type { Reading } from '../../src/judges/reader.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { attributeList, attributesOf, type Drawing } from '../../src/world/index.ts';

/** What an attribute reader would say of a drawing, told by the drawing itself. */
export function readingOf(drawing: Drawing): Reading {
  const { left, right, ...whole } = attributesOf(drawing);
  const values: Record<string, string> = { ...whole };
  for (const [name, value] of Object.entries(left)) values[`left.${name}`] = value;
  for (const [name, value] of Object.entries(right)) values[`right.${name}`] = value;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, probability: 1 }]));
}

/** An encoder whose embeddings are looked up. */
export function encoderOf(
  embed: (picture: PixelImage) => Float32Array,
  embedText: (text: string) => Float32Array,
): Clip {
  return {
    imageEmbeddings: async (images) => images.map(embed),
    textEmbeddings: async (texts) => texts.map(embedText),
    release: async () => {},
  };
}

/** Judges who look at pictures without understanding them: the same picture always gives the same answer. */
export async function openJudges(): Promise<Judges> {
  const sum = ({ rgb }: PixelImage) => rgb.reduce((total, value) => total + value, 0);
  const angle = (radians: number) => Float32Array.of(Math.cos(radians), Math.sin(radians));
  return {
    encoder: encoderOf(
      (picture) => angle(sum(picture) / 1e6),
      (text) => angle(text.length / 50),
    ),
    reader: {
      read: async (images) =>
        images.map((image) =>
          Object.fromEntries(
            attributeList.map(({ name, values }, i) => {
              const value = values[(sum(image) + i) % values.length] as string;
              return [name, { value, probability: 1 }];
            }),
          ),
        ),
      release: async () => {},
    },
  };
}
