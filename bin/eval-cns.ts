import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readModelFolder } from '../src/diffusion/model-folder.ts';
import { settleAll } from '../src/evaluation/ablation.ts';
import { ablationNames, loadAblations } from '../src/evaluation/ablations.ts';
import { ablationEvaluation, quickAblationEvaluation } from '../src/evaluation/settings.ts';
import { cnsOptionsFor } from '../src/personalize/methods/cns.ts';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith, knownNames } from './support/arguments.ts';
import { writeTables } from './support/eval/ablations/page.ts';
import { tablesOf } from './support/eval/ablations/report.ts';
import { runAblations } from './support/eval/ablations/run.ts';
import { placeOf, placeOptions } from './support/eval/arguments.ts';
import { shownPath } from './support/shown-path.ts';
import { stopSignal } from './support/stop-signal.ts';

const usage = `npm run eval:cns -- [options]
Asks of every choice in Concept Neuron Selection what another one would do: teaches a dog, a hat, a style, a place and a second dog
one after another by each variant, and measures them as npm run eval does. Goes on where a run with the same folder stopped;
variants of equal settings are taught once.

  --out DIR        tables, and all that was taught and measured   (runs/eval-cns, runs/eval-cns-quick)
  --model DIR      diffusers-style ONNX folder                    (the bundled model)
  --clip DIR       a CLIP in ONNX, as Hugging Face has them       (the bundled one)
  --reader DIR     an attribute reader                            (the bundled one)
  --only A,B       some questions, by their names                 (all)
  --judge-anew     has what was taught in the folder measured anew, where that was done by other
                   judges or prompts: lessons stay, and all pictures are drawn again
  --processes N    how many work side by side, a thread each: one a core at most   (2)
  --quick          the two dogs and the hat, and half the pictures
  --write-docs     puts the tables of all ablations, measured or not, into docs/cns.md

The questions are ${ablationNames.join(', ')};
docs/cns.md has their words. A variant is five lessons and some 200 pictures of 25 steps.
`;

const root = join(import.meta.dirname, '..');

async function evaluate(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...placeOptions,
      only: { type: 'string', default: ablationNames.join() },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const only = knownNames('--only', values.only, ablationNames);
  const { provider } = unwrap(loadSettings(root));
  const place = placeOf(values, 'eval:cns');
  const product = cnsOptionsFor({ folder: await readModelFolder(place.model) });
  const report = await runAblations({
    ...place,
    settings: values.quick ? quickAblationEvaluation : ablationEvaluation,
    provider,
    signal: stopSignal(),
    ablations: settleAll(await loadAblations(), product),
    only,
  });
  if (values['write-docs']) await writeTables(join(root, 'docs/cns.md'), tablesOf(report));
  console.log(`${tablesOf(report, only)}\n\nTables and every number are in ${shownPath(place.out)}.`);
}

evaluate().catch((error: unknown) => endWith(error, usage));
