import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Model, openModel } from '../../../src/diffusion/model.ts';
import { look, lookWhereUncaptioned } from '../../../src/personalize/captions/look.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { type Drawing, evaluationConcepts, renderPixels, scenes } from '../../../src/world/index.ts';
import { plainHooks } from '../tiny.ts';

let model: Model;
beforeAll(async () => {
  const bundled = join(import.meta.dirname, '../../../model-store/sketchbook');
  model = await openModel(createRuntime({ threads: 1 }), bundled);
});
afterAll(() => model.release());

const render = (drawings: readonly Drawing[]) => Promise.all(drawings.map((one) => renderPixels(one, 64)));

async function lesson(classWord: string) {
  const concept = evaluationConcepts().find((one) => one.classWord === classWord)!;
  const { kind } = concept;
  const drawings = concept.drawings.slice(0, 3);
  const named = { classWord, kind, pictures: await render(drawings), seed: 1 };
  const truth = drawings.map(({ figures: [figure], scene }) => ({
    kind: figure?.subject?.kind,
    colours: [figure?.subject?.body, figure?.subject?.second],
    place: scenes[scene.kind].places[0],
  }));
  return { named, truth };
}

describe('looking at pictures', () => {
  test('tells who wears a hat, in a colour that it has, and where', async () => {
    const { named, truth } = await lesson('hat');
    const seen = await look(model, named, plainHooks);
    const right = seen.map(({ companion, place }, at) => {
      const [colour, kind] = companion?.split(' ') ?? [];
      const { kind: wearer, colours, place: where } = truth[at]!;
      return [kind === wearer, kind === undefined || colours.includes(colour as never), place === where];
    });
    expect(right.filter(([wearer]) => wearer).length).toBeGreaterThanOrEqual(2);
    expect(right.filter(([, colour]) => colour).length).toBeGreaterThanOrEqual(2);
    expect(right.filter(([, , place]) => place).length).toBeGreaterThanOrEqual(2);
  });

  test('tells who stands in a park, of which it says nothing itself', async () => {
    const { named, truth } = await lesson('park');
    const seen = await look(model, named, plainHooks);
    const kinds = seen.map(({ companion }) => companion?.split(' ').at(-1));
    expect(kinds.filter((kind, at) => kind === truth[at]!.kind).length).toBeGreaterThanOrEqual(2);
    expect(seen.every(({ place }) => place === undefined)).toBe(true);
  });

  test('tells of a dog where it is, and no one beside it', async () => {
    const { named, truth } = await lesson('dog');
    const seen = await look(model, named, plainHooks);
    expect(seen.filter(({ place }, at) => place === truth[at]!.place).length).toBeGreaterThanOrEqual(2);
    expect(seen.every(({ companion }) => companion === undefined)).toBe(true);
  });

  test('sees the same where a runtime opens a session for each size of a batch, and asks it for one size alone', async () => {
    const batches = new Set<number | undefined>();
    const plain = createRuntime({ threads: 1 });
    const fixing: Runtime = {
      ...plain,
      fixesShapes: true,
      async open(graph, options) {
        const session = await plain.open(graph, options);
        return {
          ...session,
          run(feeds, fetches) {
            const [{ dims } = { dims: [] }] = Object.values(feeds).filter((feed) => feed.dims.length > 2);
            batches.add(dims[0]);
            return session.run(feeds, fetches);
          },
        };
      },
    };
    const fixed = await openModel(fixing, model.folder.path);
    const { named } = await lesson('hat');
    const one = { ...named, pictures: named.pictures.slice(0, 1) };
    expect(await look(fixed, one, plainHooks)).toEqual(await look(model, one, plainHooks));
    await fixed.release();
    // Pictures are encoded one at a time, and texts and U-Net are ready for a guided picture.
    expect(batches).toEqual(new Set([1, 2]));
  });

  test('is for pictures alone that no service has captioned, each told as it comes', async () => {
    const { named, truth } = await lesson('horse');
    const told: number[][] = [];
    const onPreparing = (what: string, done: number, of: number) =>
      void (what === 'captioning' && told.push([done, of]));
    const captions = [[], ['a <new1> horse'], []];
    const hooks = { ...plainHooks, onPreparing };
    const seen = await lookWhereUncaptioned(model, { ...named, captions }, hooks);
    expect(seen).toHaveLength(3);
    expect(seen[1]).toEqual({});
    expect(seen[2]!.place).toBe(truth[2]!.place);
    expect(told).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });
});
