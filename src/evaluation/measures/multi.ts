import { clipI, clipT } from '../../judges/alignment.ts';
import type { Judged } from '../../judges/judges.ts';
import { mean } from '../../numbers.ts';
import type { EvaluationConcept } from '../../world/index.ts';
import type { MultiScore } from '../records.ts';
import { type MultiScript, multiScripts } from '../scripts/multi-scripts.ts';
import { findIn, type Sought } from '../sought.ts';
import { plainWording } from '../wording.ts';
import { byText, drawn, type MeasureParts, seedsOf, shotsOf } from './parts.ts';

/** Draws prompts of two, three and four concepts, and looks for each concept where it belongs. */
export async function measureMulti(
  parts: MeasureParts,
  concepts: readonly EvaluationConcept[],
): Promise<MultiScore[]> {
  const { multiPictures } = parts.settings;
  const scripts = multiScripts(concepts, parts.settings);
  if (scripts.length === 0) return [];
  const texts = scripts.map((script) => script.text(parts.say));
  const shots = shotsOf(texts, multiPictures, seedsOf(parts.settings).multi);
  const pictures = byText(await drawn(parts, shots), multiPictures);
  const plain = await parts.judges.encoder.textEmbeddings(scripts.map((script) => script.text(plainWording)));
  const scores: MultiScore[] = [];
  for (const [i, script] of scripts.entries()) {
    const own = pictures[i] as readonly Judged[];
    const embeddings = own.map(({ embedding }) => embedding);
    const likenesses: number[] = [];
    for (const concept of script.concepts)
      likenesses.push(clipI(embeddings, await parts.references(concept)));
    scores.push({
      text: texts[i] as string,
      tokens: script.concepts.map(({ token }) => token),
      clipI: mean(likenesses),
      clipT: mean(embeddings.map((embedding) => clipT(embedding, plain[i] as Float32Array))),
      ...fidelityOf(script, own),
    });
  }
  return scores;
}

/** Every concept counts the same, however many attributes it has. */
function fidelityOf({ sought }: MultiScript, pictures: readonly Judged[]) {
  const shares = pictures.map(({ reading }) => {
    const found = findIn(reading, sought);
    return sought.map(
      ({ attributes }, i) => (100 * (found[i] as readonly string[]).length) / Object.keys(attributes).length,
    );
  });
  const concepts = sought.map(({ of }: Sought, i) => ({
    token: of,
    fidelity: mean(shares.map((picture) => picture[i] as number)),
  }));
  return {
    fidelity: mean(concepts.map(({ fidelity }) => fidelity)),
    worst: mean(shares.map((picture) => Math.min(...picture))),
    concepts,
  };
}
