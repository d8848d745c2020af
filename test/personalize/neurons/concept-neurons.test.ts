import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { embed } from '../../../src/diffusion/taught-model.ts';
import { calibrationPrompts } from '../../../src/personalize/captions/calibration.ts';
import { inOutIndex } from '../../../src/personalize/concepts.ts';
import { type LessonModel, lessonModel } from '../../../src/personalize/lesson-model.ts';
import type { Lesson } from '../../../src/personalize/method.ts';
import { cnsDefaults } from '../../../src/personalize/methods/cns.ts';
import { conceptNeurons, type SelectionOptions } from '../../../src/personalize/neurons/concept-neurons.ts';
import { madeUpConcept, openTiny, plainHooks, tinyLesson } from '../tiny.ts';
import {
  denseMean,
  densePlace,
  denseRanks,
  denseScopes,
  inputOf,
  outputOf,
  type Place,
  says,
  scoreBy,
} from './dense.ts';

let base: Model;
let lesson: Lesson;
let model: LessonModel;
beforeAll(async () => {
  base = await openTiny();
  const earlier = madeUpConcept(
    base,
    1,
    base.heads.slice(0, 3).map(({ name }) => name),
  );
  lesson = { ...tinyLesson(base, [earlier]), described: ['a <new2> dog, white with spots'] };
  model = lessonModel(lesson);
});
afterAll(() => base.release());

type Chosen = Pick<
  SelectionOptions,
  | 'disjoint'
  | 'positions'
  | 'scope'
  | 'captionAgreement'
  | 'generalAgreement'
  | 'generalShare'
  | 'mostOfFree'
  | 'share'
>;

/** What the page says of the product's own: docs/cns.md. */
const product: Chosen = {
  share: 0.0013,
  disjoint: false,
  mostOfFree: 1 / 8,
  positions: 'token',
  scope: 'row',
  captionAgreement: 'every',
  generalAgreement: 'every',
  generalShare: 0.3,
};

/** ‖X_j‖ of a text, position by position. */
async function normsOf(text: string, { positions }: Chosen): Promise<Float32Array> {
  const encoding = model.tokenizer.encode(text);
  const { dims, data } = await base.textSide.states(embed(model, [encoding]));
  const [, tokens = 0, width = 0] = dims;
  return new Float32Array(width).map((_, j) => {
    let sum = 0;
    for (let position = 0; position < tokens; position++) {
      const isWord = position > 0 && position < encoding.length - 1;
      const hasToken = encoding.ids.includes(model.token);
      const isAsked = positions === 'token' && hasToken ? encoding.ids[position] === model.token : isWord;
      if (isAsked || positions === 'all') sum = Math.fround(sum + Number(data[position * width + j]) ** 2);
    }
    return Math.sqrt(sum);
  });
}

/** Every group of weights, and each one's places by every caption and prompt and by their means. */
async function rankedGroups(options: Chosen) {
  const norms = (texts: readonly string[]) => Promise.all(texts.map((text) => normsOf(text, options)));
  const captions = await norms([...new Set([...lesson.captions.flat(), ...(lesson.described ?? [])])]);
  const isKnown = (word: string) => model.tokenizer.encode(word).length === 3;
  const prompts = await norms(calibrationPrompts(isKnown));
  const ranked = (group: readonly Place[], of: readonly Float32Array[]) => {
    const ranks = (norm: Float32Array) => denseRanks(group, scoreBy(base.baseWeights), norm);
    const [all, mean] = [of.map(ranks), ranks(denseMean(of))];
    return group.map((_, member) => ({ each: all.map((own) => own[member]!), mean: mean[member]! }));
  };
  return denseScopes[options.scope](base.heads).map((group) => ({
    group,
    concept: ranked(group, captions),
    general: ranked(group, prompts),
  }));
}

const known = new Map<string, ReturnType<typeof rankedGroups>>();

/** The choice by its definition. */
async function denseSelection(options: Chosen): Promise<{ neurons: readonly Place[]; overlap: number }> {
  const key = `${options.scope} ${options.positions}`;
  const groups = known.get(key) ?? rankedGroups(options);
  known.set(key, groups);
  const { captionAgreement: joined, generalAgreement: general } = options;
  const earlier = options.disjoint ? lesson.earlier : [];
  const taken = new Set(
    earlier.flatMap(({ heads }) =>
      base.heads.flatMap((head) =>
        Array.from(heads.get(head.name)?.indices ?? [], (place) => keyOf([head, inOutIndex(place, head)])),
      ),
    ),
  );
  const weights = (await groups).flatMap((ranked) => {
    const size = ranked.group.length;
    const best = Math.ceil(options.generalShare * size);
    return ranked.group.map((place, i) => {
      const [own, other] = [ranked.concept[i]!, ranked.general[i]!];
      const rank = joined === 'mean' ? own.mean : densePlace(own.each, joined);
      const isGeneral =
        general === 'mean' ? other.mean < best : says[general](other.each.map((place) => place < best));
      return { place, depth: rank / size, isBase: rank < best, isGeneral };
    });
  });
  const candidates = weights
    .filter(({ place, isGeneral }) => !isGeneral && !taken.has(keyOf(place)))
    .sort((a, b) => inFileOrder(a.place, b.place));
  const wanted = Math.round(options.share * base.counts.parameters);
  const count = Math.min(wanted, Math.floor(candidates.length * (options.disjoint ? options.mostOfFree : 1)));
  const depths = candidates.map(({ depth }) => depth).sort((a, b) => a - b);
  const last = depths[count - 1]!;
  const above = candidates.filter(({ depth }) => depth < last);
  const ending = candidates.filter(({ depth }) => depth === last);
  const missing = count - above.length;
  const upTo = (seen: number) =>
    seen === ending.length ? missing : Math.floor((missing / ending.length) * seen);
  const some = ending.filter((_, i) => upTo(i + 1) > upTo(i));
  const isBase = weights.filter((weight) => weight.isBase);
  return {
    neurons: [...above, ...some].map(({ place }) => place),
    overlap: isBase.filter(({ isGeneral }) => isGeneral).length / Math.max(isBase.length, 1),
  };
}

const keyOf = ([head, index]: Place) => `${head.name} ${index}`;

/** By head, output and input. */
function inFileOrder(a: Place, b: Place): number {
  const [headA, headB] = [a, b].map(([head]) => base.heads.indexOf(head)) as [number, number];
  return headA - headB || outputOf(a) - outputOf(b) || inputOf(a) - inputOf(b);
}

async function selected(options: Partial<SelectionOptions>) {
  const selection = await conceptNeurons(lesson, model, { ...cnsDefaults, ...options }, plainHooks);
  const neurons = base.heads.flatMap(({ name }) =>
    Array.from(selection.neurons.get(name)!, (index) => `${name} ${index}`),
  );
  return { neurons, overlap: selection.overlap, count: selection.count };
}

const variants: Readonly<Record<string, Partial<Chosen>>> = {
  'as the product has it': {},
  'what earlier concepts have left to them': { disjoint: true },
  'norms over all positions': { positions: 'all' },
  'norms over words': { positions: 'words' },
  'thresholds by matrix': { scope: 'matrix' },
  'a threshold for all of the model': { scope: 'model' },
  'captions that vote': { captionAgreement: 'vote' },
  'the mean of captions': { captionAgreement: 'mean' },
  'general by vote, by matrix': { generalAgreement: 'vote', scope: 'matrix' },
  'general by the mean': { generalAgreement: 'mean' },
  'nothing general': { generalShare: 0 },
  'most of a row general': { generalShare: 0.6 },
  'a small share': { share: 0.00005 },
  'all that is free': { share: 0.02, disjoint: true, mostOfFree: 1 },
  'no more than a part of what is free': { share: 0.02, disjoint: true },
};

describe('concept neurons', () => {
  test.each(Object.entries(variants))('are what the definition says: %s', async (_, change) => {
    const options = { ...product, ...change };
    const expected = await denseSelection(options);
    const { neurons, overlap, count } = await selected(change);
    expect(neurons.toSorted()).toEqual(expected.neurons.map(keyOf).toSorted());
    expect(overlap).toBeCloseTo(expected.overlap, 12);
    expect(count).toBe(neurons.length);
  });

  test('with nothing but the product’s settings, are those of the product', async () => {
    expect(await selected(product)).toEqual(await selected({}));
  });
});

test('a second lesson on a model finds the same, and asks for what is general no more', async () => {
  let texts = 0;
  const { textSide } = base;
  const states: typeof textSide.states = (embeddings) => {
    texts += embeddings.dims[0] ?? 0;
    return textSide.states(embeddings);
  };
  const watched = { ...lesson.model, base: { ...base, textSide: { ...textSide, states } } };
  const own = lessonModel({ ...lesson, model: watched });
  const choose = () => conceptNeurons({ ...lesson, model: watched }, own, cnsDefaults, plainHooks);
  const first = await choose();
  const before = texts;
  const second = await choose();
  expect(second).toEqual(first);
  expect(before).toBeGreaterThan(calibrationPrompts(() => true).length / 2);
  expect(texts - before).toBe(new Set([...lesson.captions.flat(), ...(lesson.described ?? [])]).size);
});

test('what is general of a model is not that of another, nor under other settings', async () => {
  const other = new Map([...base.baseWeights].map(([name, matrix]) => [name, matrix.toReversed()]));
  const choose = (of: Model, change: Partial<SelectionOptions> = {}) =>
    conceptNeurons(lesson, { ...model, base: of }, { ...cnsDefaults, ...change }, plainHooks);
  const changes: Partial<SelectionOptions>[] = [
    { generalShare: 0.5 },
    { generalAgreement: 'vote' },
    { scope: 'matrix' },
    { positions: 'all' },
  ];
  const kept = { ...base };
  const first = await choose(kept);
  expect(await choose({ ...base, baseWeights: other })).toEqual(
    await choose({ ...base, baseWeights: other }),
  );
  expect(await choose({ ...base, baseWeights: other })).not.toEqual(first);
  for (const change of changes) {
    const changed = await choose(kept, change);
    expect(changed).toEqual(await choose({ ...base }, change));
    expect(changed).not.toEqual(first);
    expect(await choose(kept)).toEqual(first);
  }
});
