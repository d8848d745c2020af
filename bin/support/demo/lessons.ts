import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lineValue } from '../../../commands/bot/line.ts';
import { encodePng } from '../../../src/pictures/encode.ts';
import { type DemoConcept, demoConcepts, renderPixels } from '../../../src/world/index.ts';

const pictureSide = 256;

/** One thing to teach, as a person would send it. */
export interface DemoLesson {
  readonly concept: DemoConcept;
  readonly line: string;
  /** PNG files. */
  readonly pictures: readonly Uint8Array[];
}

/** The seven lessons in order, their pictures written to a folder for each. */
export async function prepareLessons(folder: string): Promise<readonly DemoLesson[]> {
  return Promise.all(
    demoConcepts().map(async (concept) => {
      const pictures = await Promise.all(
        concept.drawings.map(async (drawing) => encodePng(await renderPixels(drawing, pictureSide))),
      );
      const own = join(folder, `${concept.token.slice(1, -1)}-${concept.classWord}`);
      await mkdir(own, { recursive: true });
      await Promise.all(pictures.map((png, index) => writeFile(join(own, `${index + 1}.png`), png)));
      return { concept, line: lineOf(concept), pictures };
    }),
  );
}

function lineOf({ classWord, kind, description }: DemoConcept): string {
  const kinds = kind === 'subject' ? [] : [`kind:${kind}`];
  const described = description === undefined ? [] : [`description:${lineValue(description)}`];
  return [`/teach ${classWord}`, ...kinds, ...described].join(' ');
}
