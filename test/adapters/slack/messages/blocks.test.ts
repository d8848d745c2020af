import { expect, test } from 'vitest';
import { fallbackText, imageOf, plain } from '../../../../adapters/slack/messages/blocks.ts';
import { createRename } from '../../../../adapters/slack/names.ts';

/** The cut falls between the two halves of a character in the one or in the other. */
const labels = ['', 'x'].map((before) => before + '🐶'.repeat(3000));

test('what is too long for Slack is cut between characters, or a form that lists it would open for nobody', () => {
  const rename = createRename([]);
  for (const label of labels) {
    const shown = [plain(label, 75).text, imageOf('F1', label).alt_text, fallbackText([label], rename)];
    for (const text of shown) {
      expect(text.isWellFormed()).toBe(true);
      expect(text.startsWith(label.slice(0, 70))).toBe(true);
    }
    expect(shown.map(({ length }) => length)).toEqual([75, 2000, 3000]);
  }
});
