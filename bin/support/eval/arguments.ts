import { join, resolve } from 'node:path';
import { wholeNumber } from '../arguments.ts';
import { bundledModel } from '../bundled-model.ts';

/** Options that the evaluations of teaching share, for `parseArgs`. */
export const placeOptions = {
  out: { type: 'string' },
  model: { type: 'string', default: bundledModel },
  clip: { type: 'string', default: join(bundledModel, 'clip') },
  reader: { type: 'string', default: join(bundledModel, 'reader') },
  processes: { type: 'string', default: '2' },
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
  readonly processes: string;
  readonly quick: boolean;
  readonly 'judge-anew': boolean;
}

/**
 * The folders that were asked for, how many processes work side by side, and the command as the report names it: `npm run NAME`, its quick
 * form if that was asked for. Raises 'invalid-option' where the processes are no number.
 */
export function placeOf(typed: TypedPlace, name: string) {
  const { out, model, clip, reader, quick } = typed;
  const usual = `runs/${name.replace(':', '-')}${quick ? '-quick' : ''}`;
  return {
    out: resolve(out ?? usual),
    model: resolve(model),
    clip: resolve(clip),
    reader: resolve(reader),
    processes: wholeNumber('--processes', typed.processes, 1, 256),
    judgeAnew: typed['judge-anew'],
    command: `npm run ${name}${quick ? ' -- --quick' : ''}`,
  };
}
