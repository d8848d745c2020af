import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fullEvaluation, quickEvaluation } from '../src/evaluation/settings.ts';
import { methodNames } from '../src/method-names.ts';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith, knownNames } from './support/arguments.ts';
import { placeOf, placeOptions } from './support/eval/arguments.ts';
import { runEvaluation } from './support/eval/run.ts';
import { shownPath } from './support/shown-path.ts';
import { stopSignal } from './support/stop-signal.ts';

const usage = `npm run eval -- [options]
Teaches a model twenty things one after another, in three orders, by every training method, and measures how well each is
drawn, kept and combined, and what becomes of the rest. Goes on where a run with the same folder stopped.

  --out DIR        tables, chart, sheet, and all that was taught and measured   (runs/eval, runs/eval-quick)
  --model DIR      diffusers-style ONNX folder                                  (the bundled model)
  --clip DIR       a CLIP in ONNX, as Hugging Face has them                     (the bundled one)
  --reader DIR     an attribute reader                                          (the bundled one)
  --methods A,B    those of: ${methodNames.join(', ')}   (all)
  --judge-anew     has what was taught in the folder measured anew, where that was done by other
                   judges or prompts: lessons stay, and all pictures are drawn again
  --processes N    how many work side by side, a thread each: one a core at most        (2)
  --quick          seven concepts in one order: for 45 minutes on two cores     (twenty in three: for 6 hours)

A process takes a method through an order, which is some 2,300 pictures of 25 steps: of a concept 16 each time that it is
measured, right after its lesson and after lessons 5, 10, 15 and 20; there, too, 200 of prompts without tokens and 8 of each
class word; at the end 96 of two to four concepts together.
`;

async function evaluate(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...placeOptions,
      methods: { type: 'string', default: methodNames.join() },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const signal = stopSignal();
  const { provider } = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const place = placeOf(values, 'eval');
  const table = await runEvaluation({
    ...place,
    methods: knownNames('--methods', values.methods, methodNames),
    settings: values.quick ? quickEvaluation : fullEvaluation,
    provider,
    signal,
  });
  console.log(`${table}\nTables, chart, sheet and every number are in ${shownPath(place.out)}.`);
}

evaluate().catch((error: unknown) => endWith(error, usage));
