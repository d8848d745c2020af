import { type ModelMeasures, worstRead } from './measures.ts';

/** Something that a base model should reach. */
export interface Verdict {
  readonly what: string;
  readonly unit: '%' | 'dB';
  readonly bar: number;
  /** Null where it was not measured. */
  readonly reached: number | null;
  readonly passed: boolean | null;
}

/** What the bundled model is held to. */
export function verdictsOf({ autoencoder, reader, prompts }: ModelMeasures): readonly Verdict[] {
  const groups = prompts?.groups;
  return [
    verdict('autoencoder: mean PSNR of held-out drawings', 'dB', 30, autoencoder?.psnr),
    verdict(
      'reader: the attribute that it reads worst, held-out drawings',
      '%',
      98,
      reader && worstRead(reader.heldOut).share,
    ),
    verdict(
      'reader: the same, drawings of what only teaching shows',
      '%',
      98,
      reader && worstRead(reader.particulars).share,
    ),
    verdict('pictures show of what their prompts name', '%', 90, groups?.all.found.drawn),
    verdict('the same, prompts of two subjects', '%', 80, groups?.twoSubjects.found.drawn),
    verdict('the same, prompts of four attributes or more', '%', 80, groups?.byCount['4+'].found.drawn),
  ];
}

function verdict(
  what: string,
  unit: Verdict['unit'],
  bar: number,
  value: number | null | undefined,
): Verdict {
  const measured = typeof value === 'number' && !Number.isNaN(value);
  return { what, unit, bar, reached: measured ? value : null, passed: measured ? value >= bar : null };
}
