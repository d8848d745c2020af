import { clipI, clipT } from '../../judges/alignment.ts';
import type { Judged } from '../../judges/judges.ts';
import { mean } from '../../numbers.ts';
import type { EvaluationConcept } from '../../world/index.ts';
import type { ConceptScore } from '../records.ts';
import { conceptScripts } from '../scripts/concept-scripts.ts';
import type { Script } from '../scripts/script.ts';
import { findIn, type Sought, shareFound, tallyOf } from '../sought.ts';
import { plainWording } from '../wording.ts';
import { byText, drawn, type MeasureParts, seedsOf, shotsOf } from './parts.ts';

const seedsPerConcept = 1000;

/** Draws a concept in places where it was not taught, and tells how like it and how true to the prompts that is. */
export async function measureConcept(parts: MeasureParts, concept: EvaluationConcept): Promise<ConceptScore> {
  const { token, classWord } = concept;
  const scripts = conceptScripts(concept);
  const texts = scripts.map((script) => script.text(parts.say));
  const { concepts: first } = seedsOf(parts.settings);
  const firstSeed = first + seedsPerConcept * Number(token.slice('<new'.length, -1));
  const count = parts.settings.conceptPictures;
  const pictures = byText(await drawn(parts, shotsOf(texts, count, firstSeed)), count);
  const plain = await parts.judges.encoder.textEmbeddings(scripts.map((script) => script.text(plainWording)));
  const references = await parts.references(concept);
  const findings = scripts.map((script, i) => findingsOf(script, pictures[i] as readonly Judged[]));
  const prompts = texts.map((text, i) => {
    const own = pictures[i] as readonly Judged[];
    const embeddings = own.map(({ embedding }) => embedding);
    return {
      text,
      clipI: clipI(embeddings, references),
      clipT: mean(embeddings.map((embedding) => clipT(embedding, plain[i] as Float32Array))),
      fidelity: shareOf([findings[i] as Findings]),
    };
  });
  return {
    token,
    classWord,
    clipI: mean(prompts.map((prompt) => prompt.clipI)),
    clipT: mean(prompts.map((prompt) => prompt.clipT)),
    fidelity: shareOf(findings),
    attributes: byAttribute(findings),
    prompts,
  };
}

/** What a script looks for, and what was found of it in each picture. */
interface Findings {
  readonly sought: Sought;
  readonly found: readonly (readonly string[])[];
}

function findingsOf({ sought }: Script, pictures: readonly Judged[]): Findings {
  return {
    sought: sought[0] as Sought,
    found: pictures.map(({ reading }) => findIn(reading, sought)[0] as readonly string[]),
  };
}

function shareOf(findings: readonly Findings[]): number {
  return shareFound(findings.map(({ sought, found }) => tallyOf(sought, found)));
}

function byAttribute(findings: readonly Findings[]): Record<string, number> {
  const names = new Set(findings.flatMap(({ sought }) => Object.keys(sought.attributes)));
  return Object.fromEntries(
    [...names].map((name) => {
      const asked = findings.filter(({ sought }) => name in sought.attributes);
      const shown = asked.flatMap(({ found }) => found.map((names) => Number(names.includes(name))));
      return [name, 100 * mean(shown)];
    }),
  );
}
