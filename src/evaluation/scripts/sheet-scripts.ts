import type { EvaluationConcept } from '../../world/index.ts';
import type { Wording } from '../wording.ts';

/** Drawn by every method from the same seeds, to be looked at. */
export interface SheetScript {
  text(say: Wording): string;
}

/** The paper's three prompts, as far as their concepts are among those given. */
export function sheetScripts(concepts: readonly EvaluationConcept[]): readonly SheetScript[] {
  const numbered = (number: number) => concepts.find(({ token }) => token === `<new${number}>`);
  const [dog, lighthouse, style, hat, park, horse] = [1, 2, 3, 4, 5, 6].map(numbered);
  return [
    lighthouse && { text: (say: Wording) => `${say.thing(lighthouse)} in the snow` },
    horse && style && { text: (say: Wording) => `A ${say.thing(horse)} ${say.style(style)}` },
    dog &&
      hat &&
      park &&
      style && {
        text: (say: Wording) =>
          `A ${say.thing(dog)} wearing a ${say.thing(hat)} ${say.place(park)} ${say.style(style)}`,
      },
  ].filter((script) => script !== undefined);
}
