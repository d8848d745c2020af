import type { ConceptKind } from '../../src/concept.ts';
import type {
  AdoptOutcome,
  AdoptTask,
  Engine,
  ImagineOutcome,
  ImagineTask,
  ModelDescription,
  TaskOptions,
  TeachOutcome,
  TeachTask,
} from '../../src/engine/protocol.ts';
import type { Written } from '../../src/interop/written.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { failure, type Result, success } from '../../src/result.ts';

type Work<Task, Outcome> = (task: Task, options: TaskOptions) => Promise<Result<Outcome>>;

/** An engine that answers at once, and remembers what it was asked. Each answer can be replaced. */
export interface FakeEngine extends Engine {
  readonly teaches: TeachTask[];
  readonly drawings: ImagineTask[];
  onTeach: Work<TeachTask, TeachOutcome>;
  onImagine: Work<ImagineTask, ImagineOutcome>;
  onAdopt: Work<AdoptTask, AdoptOutcome>;
  readonly adoptions: AdoptTask[];
  onConvert(token: string, format: string): Promise<Result<Written>>;
  readonly conversions: { readonly token: string; readonly format: string }[];
  model: Result<ModelDescription>;
}

export const engineDown = failure('engine-down', 'The engine is down.');

/** A plain grey picture. */
export function grey(level: number, side = 64): PixelImage {
  return { width: side, height: side, rgb: new Uint8Array(side * side * 3).fill(level) };
}

export function createFakeEngine(): FakeEngine {
  const engine: FakeEngine = {
    teaches: [],
    drawings: [],
    adoptions: [],
    conversions: [],
    model: success({
      id: 'model-1',
      pixels: { width: 64, height: 64 },
      parameters: 10_000,
    }),
    async onTeach({ token, pictures, method, conceptKind, classWord }) {
      const numbers = { neurons: 13, share: 0.0013, overlap: 0.4, seconds: 40, steps: 300 };
      const concept = new TextEncoder().encode(
        `weights of ${token}, ${pictures.length} pictures, ${method} ${conceptKind} ${classWord}`,
      );
      const samples = [grey(10), grey(20)];
      return success({
        ...numbers,
        concept,
        lossFirst: 0.06,
        lossLast: 0.04,
        samples,
        captions: [],
        captionsLeftOut: 0,
      });
    },
    async onImagine({ count, seed }) {
      return success({
        images: Array.from({ length: count }, (_, index) => grey((seed + index) % 256)),
        seconds: 1.5,
      });
    },
    async onAdopt({ token, files, classWord = 'dog', conceptKind: kind = 'subject' }) {
      const concept = new TextEncoder().encode(
        `weights of ${token}, ${files.length} pictures, cns ${kind} ${classWord}`,
      );
      const numbers = { neurons: 7, share: 0.0007, seconds: 3 };
      const said = { method: 'cns', token, classWord, kind };
      return success({ ...numbers, ...said, concept, samples: [grey(30)], notes: ['It lost a little.'] });
    },
    async onConvert(token, format) {
      const bytes = new TextEncoder().encode(`${token} as ${format}`);
      return success({ files: [{ part: format, bytes }], notes: [] });
    },
    async teach(task, options = {}) {
      engine.teaches.push(task);
      return engine.onTeach(task, options);
    },
    async imagine(task, options = {}) {
      engine.drawings.push(task);
      return engine.onImagine(task, options);
    },
    describe: async () => engine.model,
    async check(_, concept) {
      const words = /^weights of (<new\d+>), \d pictures, (\S+) (subject|style|scene) (.+)$/;
      const [, token = '', method = '', kind, classWord = ''] =
        words.exec(Buffer.from(concept).toString()) ?? [];
      return kind === undefined
        ? failure('invalid-file', 'This concept file cannot be used: it is no concept.')
        : success({ token, method, kind: kind as ConceptKind, classWord });
    },
    async adopt(task, options = {}) {
      engine.adoptions.push(task);
      return engine.onAdopt(task, options);
    },
    async convert({ concept, format }) {
      engine.conversions.push({ token: concept.token, format });
      return engine.onConvert(concept.token, format);
    },
    stop: async () => {},
  };
  return engine;
}

/** Has the engine keep its lessons or its drawings open until they are let go; `begun` resolves when the first one is there. */
export function hold(engine: FakeEngine, kind: 'onTeach' | 'onImagine') {
  const [begun, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = engine[kind];
  const held = async (task: never, options: TaskOptions) => {
    begun.resolve();
    await open.promise;
    return work(task, options);
  };
  Object.assign(engine, { [kind]: held });
  return { begun: begun.promise, letGo: () => open.resolve() };
}
