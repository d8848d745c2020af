import type { ServerRecords } from '../../model-store/store.ts';
import { type Concept, tokensIn } from '../../src/concept.ts';
import { failure, type Problem, success } from '../../src/result.ts';
import { drawingOf, lessonOf, type Order, serverRules } from '../../src/studio/rules/server-rules.ts';
import type { Asker, Studio, TaskOptions } from '../../src/studio/studio.ts';
import { drawing, grid, pixels, png } from './drawing.ts';
import { createFakeRecords } from './records.ts';
import { conceptOf } from './taught-concept.ts';

export { drawing, png };

export interface FakeStudioOptions {
  /** Steps of a teach; an imagine has a third of them. */
  readonly steps?: number;
  /** Awaited before each step, so that a test or a person can watch. */
  readonly onStep?: (step: number) => Promise<void>;
}

export interface FakeStudio extends Studio {
  /** What the next teach or imagine fails with. */
  failNext(problem: Problem): void;
  /** Makes the record of a concept one that cannot be read. */
  damage(server: string, token: string): void;
  /** Who asked for the last teach or imagine. */
  lastAsker(): Asker | undefined;
  /** Where its settings are kept. */
  readonly records: ServerRecords;
  /** Everything that was asked and that the server's settings did not refuse, in order. */
  readonly asked: readonly {
    readonly kind: 'teach' | 'imagine';
    readonly server: string;
    readonly request: object;
  }[];
  /** Servers that were left (-) and joined (+), in order: `-discord:1`. */
  readonly moves: string[];
}

/** A studio that learns at once and draws a dog in colours made from the seed. Scripted, deterministic, in memory. */
export function createFakeStudio({ steps = 3, onStep = async () => {} }: FakeStudioOptions = {}): FakeStudio {
  const servers = new Map<string, { next: number; concepts: Concept[]; damaged: string[] }>();
  const asked: { kind: 'teach' | 'imagine'; server: string; request: object }[] = [];
  const moves: string[] = [];
  let nextProblem: Problem | undefined;
  let lastAsker: Asker | undefined;

  const of = (server: string) => {
    const state = servers.get(server) ?? { next: 1, concepts: [], damaged: [] };
    servers.set(server, state);
    return state;
  };
  const records = createFakeRecords();
  const rules = serverRules({
    records,
    store: { inventory: async (server) => of(server), bytes: async () => 0 },
    serverBytes: 5e9,
    atOnce: () => ({ teach: 2, imagine: 2 }),
  });
  const notFound = () => failure('unknown-token', 'There is no such concept here.');
  const replace = (server: string, token: string, change: (concept: Concept) => Concept[]) => {
    const state = of(server);
    const found = state.concepts.find((concept) => concept.token === token);
    if (!found) return undefined;
    state.concepts = state.concepts.flatMap((concept) => (concept === found ? change(concept) : [concept]));
    return state.concepts.find((concept) => concept.token === token) ?? found;
  };
  const takeProblem = () => {
    const problem = nextProblem;
    nextProblem = undefined;
    return problem;
  };

  async function walk(phase: 'training' | 'drawing', count: number, options: TaskOptions): Promise<boolean> {
    for (let step = 1; step <= count; step++) {
      if (options.signal?.aborted) return false;
      const loss = phase === 'training' ? { loss: 0.12 / (1 + step / 10) } : {};
      const preview = step % 10 === 0 ? { preview: await pixels(drawing(step, 'park')) } : {};
      options.onProgress?.({
        phase,
        step,
        steps: count,
        secondsLeft: (count - step) * 0.1,
        ...loss,
        ...preview,
      });
      await onStep(step);
    }
    return !options.signal?.aborted;
  }

  return {
    asked,
    moves,
    records,
    ...rules.functions,
    lastAsker: () => lastAsker,
    serverLeft: async (server) => void moves.push(`-${server}`),
    serverJoined: async (server) => void moves.push(`+${server}`),
    scheduleDeletion: async (server) => void moves.push(`-${server}`),
    keepServer: async (server) => void moves.push(`+${server}`),
    keeping: { graceSeconds: 30 * 24 * 3600, picturesLeave: false, elsewhere: false },
    async exportServer(server, options) {
      const { concepts } = of(server);
      options?.onProgress?.({ phase: 'packing', step: concepts.length, steps: concepts.length });
      return success({
        bytes: new TextEncoder().encode(JSON.stringify(concepts)),
        concepts: concepts.length,
        notes: [],
      });
    },
    async importServer(server, archive, options) {
      const problem = takeProblem();
      if (problem) return { ok: false, problem };
      const concepts = JSON.parse(new TextDecoder().decode(archive)) as Concept[];
      options?.onProgress?.({ phase: 'checking', step: concepts.length, steps: concepts.length });
      of(server).concepts = concepts;
      return success({ concepts, entries: ['settings'], notes: [] });
    },
    async importFiles(
      server,
      { user, files, classWord = 'dog', kind = 'subject', label = classWord },
      options,
    ) {
      const [first = new Uint8Array()] = files;
      if (first[0] === 0x5b) {
        return this.importServer(server, first, options);
      }
      const problem = takeProblem();
      if (problem) return { ok: false, problem };
      const state = of(server);
      const learnt = conceptOf(state.next++, { user, classWord, kind, label }, 0);
      state.concepts.push({ ...learnt, broughtIn: true });
      const notes = [`${files.length} files were read.`];
      return success({
        concepts: state.concepts.slice(-1),
        entries: [],
        notes,
        sheet: await grid([1], classWord),
      });
    },
    userData: async (server, user) => ({
      concepts: of(server).concepts.filter(({ taughtBy }) => taughtBy === user),
      requests: [],
      jobs: [],
    }),
    async deleteUserData(server, user) {
      const state = of(server);
      const concepts = state.concepts.filter(({ taughtBy }) => taughtBy === user);
      state.concepts = state.concepts.filter(({ taughtBy }) => taughtBy !== user);
      return success({ concepts, requests: [], jobs: [] });
    },
    failNext(problem) {
      nextProblem = problem;
    },
    damage(server, token) {
      replace(server, token, () => []);
      of(server).damaged.push(token);
    },
    teach: (server, { by, ...request }, options = {}) =>
      rules.run(
        server,
        orderOf(lessonOf({ ...request, ...(by && { by }) })),
        options,
        async ({ onPosition }) => {
          onPosition?.(0);
          lastAsker = by;
          const { pictures: fetch, onRead, ...rest } = request;
          const pictures = await fetch();
          onRead?.();
          asked.push({ kind: 'teach', server, request: { ...rest, pictures } });
          const problem = takeProblem();
          if (problem) return { ok: false, problem };
          if (!(await walk('training', steps, options)))
            return failure('cancelled', 'Stopped; nothing was learnt.');
          const state = of(server);
          const concept = conceptOf(state.next++, request, pictures.length);
          state.concepts.push(concept);
          const seeds = [1, 2, 3, 4].map((index) => concept.number * 100 + index);
          const samples = await Promise.all(seeds.map((seed) => pixels(drawing(seed, concept.classWord))));
          return success({ concept, samples, sheet: await grid(seeds, concept.classWord, 4), notes: [] });
        },
      ),
    imagine: (server, { by, ...request }, options = {}) =>
      rules.run(
        server,
        orderOf(drawingOf({ ...request, ...(by && { by }) })),
        options,
        async ({ onPosition }) => {
          onPosition?.(0);
          lastAsker = by;
          asked.push({ kind: 'imagine', server, request });
          const problem = takeProblem();
          if (problem) return { ok: false, problem };
          const {
            prompt,
            count = 1,
            seed = 1000 + asked.length,
            steps: asksSteps = 25,
            guidanceScale = 5,
          } = request;
          const unknown = tokensIn(prompt).find(
            (token) => !of(server).concepts.some((concept) => concept.token === token),
          );
          if (unknown)
            return failure('unknown-token', `There is no ${unknown} here. ${known(of(server).concepts)}`);
          if (!(await walk('drawing', Math.ceil(steps / 3), options)))
            return failure('cancelled', 'Stopped; nothing was drawn.');
          const seeds = Array.from({ length: count }, (_, index) => seed + index);
          const pictures = await Promise.all(seeds.map((one) => png(drawing(one, prompt))));
          const all = {
            prompt,
            model: 'sketchbook',
            seed,
            seconds: 1.2,
            steps: asksSteps,
            guidanceScale,
            pictures,
            notes: [],
          };
          return success(count > 1 ? { ...all, grid: await grid(seeds, prompt) } : all);
        },
      ),
    concepts: async (server) => [...of(server).concepts],
    inventory: async (server) => ({ concepts: [...of(server).concepts], damaged: [...of(server).damaged] }),
    async sample(server, token) {
      const concept = of(server).concepts.find((one) => one.token === token);
      if (!concept) return notFound();
      return success(
        await grid(
          [1, 2, 3, 4].map((index) => concept.number * 100 + index),
          concept.classWord,
          4,
        ),
      );
    },
    async rename(server, token, label) {
      const renamed = replace(server, token, (concept) => [{ ...concept, label }]);
      return renamed ? success(renamed) : notFound();
    },
    async exportConcept(server, token) {
      const found = of(server).concepts.some((one) => one.token === token);
      return found ? success(new TextEncoder().encode(`weights of ${token}`)) : notFound();
    },
    async convertConcept(server, token, format, options) {
      const found = of(server).concepts.some((one) => one.token === token);
      if (!found) return notFound();
      options?.onProgress?.({ phase: 'packing', step: 0, steps: 0 });
      const bytes = (what: string) => new TextEncoder().encode(`${what} of ${token}`);
      const files = [
        { part: format, bytes: bytes(format) },
        { part: '', bytes: bytes('embedding') },
      ];
      return success({
        files,
        notes: ['It keeps 97.3 % of the change, measured by its energy, at rank 16.'],
      });
    },
    async forget(server, token) {
      const { damaged } = of(server);
      if (damaged.includes(token)) return success(void damaged.splice(damaged.indexOf(token), 1));
      const forgotten = replace(server, token, () => []);
      return forgotten ? success(forgotten) : notFound();
    },
  };
}

function known(concepts: readonly Concept[]): string {
  if (concepts.length === 0) return 'Nothing has been taught yet: /teach comes first.';
  return `There are ${concepts.map((concept) => concept.token).join(', ')}.`;
}

function orderOf(order: Order) {
  return { ...order, work: { like: order.kind, size: order.amount } };
}
