import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fullModelSettings } from '../src/evaluation/base-model/settings.ts';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith, wholeNumber } from './support/arguments.ts';
import { bundledModel } from './support/bundled-model.ts';
import { runModelEvaluation } from './support/eval-model/run.ts';
import { shownPath } from './support/shown-path.ts';
import { stopSignal } from './support/stop-signal.ts';

const usage = `npm run eval:model -- [options]
Measures the base model by itself, before anything is taught: what its autoencoder keeps, what its pictures show of held-out
prompts, and how sure those are who judge that. Pictures that a run with the same folder has drawn are not drawn again.

  --out DIR        report, numbers and pictures                        (runs/eval-model)
  --model DIR      diffusers-style ONNX folder                         (the bundled model)
  --clip DIR       a CLIP in ONNX, as Hugging Face has them            (clip/ in the model's folder)
  --reader DIR     an attribute reader                                 (reader/ in the model's folder)
  --prompts N      prompts, a picture each                             (${fullModelSettings.prompts})

What a missing folder would be needed for is left out, and the report says so.
`;

async function evaluateModel(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'runs/eval-model' },
      model: { type: 'string', default: bundledModel },
      clip: { type: 'string' },
      reader: { type: 'string' },
      prompts: { type: 'string', default: String(fullModelSettings.prompts) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const { provider, threads } = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const prompts = wholeNumber('--prompts', values.prompts, 1, 100_000);
  const out = resolve(values.out);
  const told = await runModelEvaluation({
    out,
    model: resolve(values.model),
    clip: values.clip && resolve(values.clip),
    reader: values.reader && resolve(values.reader),
    settings: { ...fullModelSettings, prompts },
    command: [
      'npm run eval:model',
      ...(prompts === fullModelSettings.prompts ? [] : [`-- --prompts ${prompts}`]),
    ].join(' '),
    provider,
    ...(threads !== undefined && { threads }),
    signal: stopSignal(),
  });
  console.log(`${told}\n\nThe whole report, every number and the pictures are in ${shownPath(out)}.`);
}

evaluateModel().catch((error: unknown) => endWith(error, usage));
