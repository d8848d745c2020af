import { encodeShown } from '../../src/pictures/encode.ts';
import { demoConcepts, renderPixels } from '../../src/world/index.ts';
import type { Example } from './examples.ts';

const shown: Readonly<Record<string, string>> = { dog: 'Teach a dog', hat: 'Teach a hat' };

/** Things of the bundled model's own world to teach with one click. */
export function worldExamples(): readonly Example[] {
  return demoConcepts()
    .filter(
      (concept, index, all) =>
        concept.classWord in shown && all.findIndex((one) => one.classWord === concept.classWord) === index,
    )
    .map(({ classWord, drawings }) => ({
      title: shown[classWord]!,
      line: `/teach ${classWord}`,
      pictures: () =>
        Promise.all(drawings.map(async (drawing) => encodeShown(await renderPixels(drawing, 256)))),
    }));
}
