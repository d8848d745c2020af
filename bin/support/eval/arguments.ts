import { join, resolve } from 'node:path';
import { bundledModel } from '../bundled-model.ts';

/** Options that the evaluations of teaching share, for `parseArgs`. */
export const placeOptions = {
  out: { type: 'string' },
  model: { type: 'string', default: bundledModel },
  clip: { type: 'string', default: join(bundledModel, 'clip') },
  reader: { type: 'string', default: join(bundledModel, 'reader') },
  quick: { type: 'boolean', default: false },
  'judge-anew': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What was typed for these. */
export interface TypedPlace {
  readonly out?: string | undefined;
  readonly model: string;
  readonly clip: string;
  readonly reader: string;
  readonly quick: boolean;
  readonly 'judge-anew': boolean;
}

/** The folders that were asked for, and the command as the report names it: `npm run NAME`, its quick form if that was asked for. */
export function placeOf(typed: TypedPlace, name: string) {
  const { out, model, clip, reader, quick } = typed;
  const usual = `runs/${name.replace(':', '-')}${quick ? '-quick' : ''}`;
  return {
    out: resolve(out ?? usual),
    model: resolve(model),
    clip: resolve(clip),
    reader: resolve(reader),
    judgeAnew: typed['judge-anew'],
    command: `npm run ${name}${quick ? ' -- --quick' : ''}`,
  };
}
