import { truncate } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { createModels } from '../../../src/engine/models.ts';
import type { ConceptRef } from '../../../src/engine/protocol.ts';
import { imagineTask } from '../../../src/engine/tasks/imagine.ts';
import { type ConceptWeights, encodeConcept } from '../../../src/personalize/concept-file.ts';
import { attempt, unwrap } from '../../../src/result.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { smallMethods } from '../../personalize/methods/small.ts';
import { madeUpConcept, tinyFolder } from '../../personalize/tiny.ts';
import { conceptFiles } from '../concept-files.ts';
import { plainContext } from '../plain-context.ts';

let files: Awaited<ReturnType<typeof conceptFiles>>;
let runtime: Runtime;
let base: Model;

beforeAll(async () => {
  files = await conceptFiles();
  runtime = createRuntime({ threads: 1 });
  base = await createModels(runtime, smallMethods).base(tinyFolder);
});
afterAll(async () => {
  await base.release();
  await files.remove();
});

const names = () => base.heads.slice(0, 3).map(({ name }) => name);
const atToken = (nth: number): ConceptWeights => ({ ...madeUpConcept(base, nth, names()), following: 1 });
const written = (concepts: readonly ConceptWeights[]) =>
  Promise.all(concepts.map((concept) => files.write(concept.token, encodeConcept(concept))));

/** What an engine that has read nothing yet draws, and which concepts it reads for that. @param all has it read all of them */
async function drawn(
  concepts: readonly ConceptRef[],
  prompt: string,
  { negativePrompt = '', all = false }: { readonly negativePrompt?: string; readonly all?: boolean } = {},
) {
  const models = createModels(runtime, smallMethods);
  let read: readonly string[] = [];
  const watched = {
    ...models,
    base: async () => base,
    ...(all && { neededFor: async () => concepts }),
    taught: (...[model, refs, turns]: Parameters<typeof models.taught>) => {
      read = refs.map(({ token }) => token);
      return models.taught(model, refs, turns);
    },
  };
  const task = { kind: 'imagine', model: tinyFolder, concepts, prompt, negativePrompt } as const;
  const numbers = { count: 1, seed: 9, steps: 3, guidanceScale: 3 };
  const result = await attempt(() =>
    imagineTask(watched)(
      { ...task, ...numbers },
      plainContext(() => {}),
    ),
  );
  return { result, read };
}

/** Its header stays. */
const cutOff = ({ path }: ConceptRef) => truncate(path, 3000);

test('a drawing reads the concepts that its prompts name and no others, and is the picture that it would be with all of them', async () => {
  const refs = await written([1, 2, 3].map(atToken));
  const prompt = 'a <new1> dog';
  const { read, result } = await drawn(refs, prompt);
  expect(read).toEqual(['<new1>']);
  const withAll = await drawn(refs, prompt, { all: true });
  expect(withAll.read).toEqual(['<new1>', '<new2>', '<new3>']);
  expect(unwrap(result).images).toEqual(unwrap(withAll.result).images);
  expect((await drawn(refs, prompt, { negativePrompt: '<NEW3> dog' })).read).toEqual(['<new1>', '<new3>']);
  await cutOff(refs[1] as ConceptRef);
  expect(unwrap((await drawn(refs, prompt)).result).images).toEqual(unwrap(result).images);
  expect((await drawn(refs, `${prompt} <new2>`)).result).toMatchObject({
    problem: { code: 'storage-corrupt' },
  });
});

test('a drawing reads all concepts where one is in place in every prompt', async () => {
  const everywhere = madeUpConcept(base, 2, names());
  const refs = await written([atToken(1), everywhere, atToken(3)]);
  const { result, read } = await drawn(refs, 'a dog');
  expect(read).toEqual(['<new1>', '<new2>', '<new3>']);
  const without = await drawn([], 'a dog');
  expect(unwrap(result).images).not.toEqual(unwrap(without.result).images);
});

test('a concept whose file cannot be made out is read, and told of', async () => {
  const [one, other] = await written([atToken(4), atToken(5)]);
  await truncate(other!.path, 20);
  expect((await drawn([one!, other!], 'a <new4> dog')).result).toMatchObject({
    problem: { code: 'storage-corrupt', message: expect.stringContaining('<new5>') },
  });
});
