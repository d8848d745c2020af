import { describe, expect, test } from 'vitest';
import { verdictsOf } from '../../../src/evaluation/base-model/bars.ts';
import { heldOutSeeds } from '../../../src/evaluation/base-model/held-out.ts';
import type { ModelMeasures } from '../../../src/evaluation/base-model/measures.ts';
import type { GroupScore } from '../../../src/evaluation/base-model/prompt-scores.ts';
import { type ModelReport, modelPage, verdictTable } from '../../../src/evaluation/base-model/report.ts';
import { fullModelSettings } from '../../../src/evaluation/base-model/settings.ts';

const group = (drawn: number): GroupScore => ({
  prompts: 10,
  attributes: 40,
  found: { drawn, reconstruction: 96, drawing: 99 },
});
const read = (name: string, right: number) => ({
  name,
  all: { pictures: 1000, right },
  shown: { pictures: 200, right: right - 800 },
});

const measures: ModelMeasures = {
  autoencoder: { pictures: 240, psnr: 30, lowest: 21.3, together: 28, byStyle: { plain: 31, neon: 27.5 } },
  reader: {
    heldOut: [read('left.class', 999), read('left.bodyColour', 981), read('scene', 1000)],
    particulars: [read('left.class', 990), read('left.bodyColour', 985), read('scene', 979)],
  },
  prompts: {
    groups: {
      all: group(90.2),
      byCount: { '1': group(97), '2': group(96), '3': group(95), '4+': group(79.99) },
      twoSubjects: group(81),
      byAttribute: { class: group(94), hatColour: { ...group(72), attributes: 50 } },
    },
    each: [],
  },
  pair: { pairs: 480, among: 32, captionFound: 71.25, pictureFound: 69 },
};
const nothing: ModelMeasures = { autoencoder: null, reader: null, prompts: null, pair: null };

function reportOf(own: ModelMeasures, missing: readonly string[] = []): ModelReport {
  return {
    command: 'npm run eval:model',
    commit: '0123456789abcdef',
    hashes: { model: 'aaaaaaaaaaaaaaaa', clip: null, reader: 'bbbbbbbbbbbbbbbb' },
    settings: { ...fullModelSettings, sampler: 'ddim' },
    seeds: heldOutSeeds,
    verdicts: verdictsOf(own),
    missing,
    pictures: [{ seed: 0, prompt: 'a dog' }],
    ...own,
  };
}

describe('a base model is held to', () => {
  test('30 dB, 98 % of the worst read attribute, 90 % of what prompts name, 80 % of what hard ones name', () => {
    expect(
      verdictsOf(measures).map(({ bar, unit, reached, passed }) => [
        bar,
        unit,
        Number(reached?.toFixed(6)),
        passed,
      ]),
    ).toEqual([
      [30, 'dB', 30, true],
      [98, '%', 98.1, true],
      [98, '%', 97.9, false],
      [90, '%', 90.2, true],
      [80, '%', 81, true],
      [80, '%', 79.99, false],
    ]);
  });

  test('nothing that was not measured, or of which there was nothing', () => {
    const empty: GroupScore = { prompts: 0, attributes: 0, found: { drawn: Number.NaN } };
    const { groups } = measures.prompts as NonNullable<ModelMeasures['prompts']>;
    const few = { ...measures, prompts: { groups: { ...groups, twoSubjects: empty }, each: [] } };
    expect(verdictsOf(few).map(({ reached }) => reached === null)).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(verdictsOf(nothing).map(({ reached, passed }) => [reached, passed])).toEqual(
      Array(6).fill([null, null]),
    );
  });
});

describe('the report', () => {
  test('begins with what it is of and with what is reached and missed', () => {
    const page = modelPage(reportOf(measures));
    expect(page).toContain('at commit 0123456789ab, model aaaaaaaaaaaa, CLIP none, reader bbbbbbbbbbbb');
    expect(page).toContain(verdictTable(verdictsOf(measures)));
    expect(page).toMatch(/mean PSNR.*\| 30 dB \| 30\.00 dB \| passed \|/);
    expect(page).toMatch(/four attributes.*\| 80 % \| 79\.99 % \| missed \|/);
    expect(page).toContain('![1 pictures, each above its prompt](pictures.png)');
  });

  test('has a row for every group, attribute and style, with the reader’s own limit beside what is drawn', () => {
    const page = modelPage(reportOf(measures));
    expect(page).toContain(
      '| prompts that name | prompts | attributes | drawn | reconstructed | true drawing |',
    );
    expect(page).toContain('| four or more | 10 | 40 | 80.0 | 96.0 | 99.0 |');
    expect(page).toContain('| two subjects | 10 | 40 | 81.0 | 96.0 | 99.0 |');
    expect(page.indexOf('| hat colour | 10 | 50 | 72.0 |')).toBeLessThan(page.indexOf('| class | 10 | 40 |'));
    expect(page.indexOf('| neon | 27.5 |')).toBeLessThan(page.indexOf('| plain | 31.0 |'));
    expect(page).toContain('| left: body colour | 98.1 | 90.5 | 200 | 98.5 | 92.5 | 200 |');
    expect(page).toContain('71.3 % have their own caption nearest, and 69.0 %');
  });

  test('says of each part that was not measured that it was not, and why', () => {
    const page = modelPage(reportOf(nothing, ['There is no reader.']));
    expect(page.match(/^Not measured\.$/gm)).toHaveLength(4);
    expect(page.match(/\| not measured \|/g)).toHaveLength(6);
    expect(page).toContain('There is no reader.');
  });
});
