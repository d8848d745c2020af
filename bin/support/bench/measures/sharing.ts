import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConceptRef, ImagineTask } from '../../../../src/engine/protocol.ts';
import { startEngine } from '../../../../src/engine/supervisor.ts';
import { encodeConcept } from '../../../../src/personalize/concept-file.ts';
import { unwrap } from '../../../../src/result.ts';
import { type Measure, openMeasured, timeInTurn } from '../measure.ts';
import { conceptOf } from '../servers.ts';

const pictures = 8;

/** Eight pictures for eight servers that wait together, each with a concept of its own, against eight for one: by the engine process. */
const sharing: Measure = async ({ model, runs, drawingSteps = 25 }) => {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-bench-'));
  const engine = startEngine({ environment: { PICTURES_AT_ONCE: String(pictures) } });
  try {
    const servers = await writeServers(model, folder);
    const task = (concepts: readonly ConceptRef[], count: number, seed: number): ImagineTask => ({
      kind: 'imagine',
      model,
      concepts,
      prompt: 'a <new1> dog',
      negativePrompt: '',
      count,
      seed,
      steps: drawingSteps,
      guidanceScale: 5,
    });
    const draw = async (one: ImagineTask) => void unwrap(await engine.imagine(one));
    const [one, eight, inTurn] = await timeInTurn(runs, [
      () => draw(task([servers[0] as ConceptRef], pictures, 1)),
      () => Promise.all(servers.map((concept, seed) => draw(task([concept], 1, seed)))),
      async () => {
        for (const [seed, concept] of servers.entries()) await draw(task([concept], 1, seed));
      },
    ]);
    const throughput = (seconds = one) => (one?.median ?? 0) / (seconds?.median ?? 1);
    return {
      pictures,
      steps: drawingSteps,
      oneServer: one,
      waitingTogether: eight,
      oneAfterAnother: inTurn,
      /** Pictures in a time, of one server's. */
      throughput: { waitingTogether: throughput(eight), oneAfterAnother: throughput(inTurn) },
    };
  } finally {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function writeServers(model: string, folder: string): Promise<readonly ConceptRef[]> {
  const base = await openMeasured(model);
  const servers = Array.from({ length: pictures }, async (_, index) => {
    const file = encodeConcept(conceptOf(base, 0, 0.01 * (1 + index)));
    const path = join(folder, `${index}.safetensors`);
    await writeFile(path, file);
    return { token: '<new1>', path, sha256: createHash('sha256').update(file).digest('hex') };
  });
  const written = await Promise.all(servers);
  await base.release();
  return written;
}

export default sharing;
