import { invalid } from '../answer.ts';
import type { FakeInteraction } from '../world.ts';
import { checkForm } from './form.ts';
import { checkMessage, checkNewMessage } from './message.ts';

/** Types of interactions that each type of callback may answer. */
const answers: Readonly<Record<number, readonly number[]>> = {
  4: [2, 3, 5],
  5: [2, 3, 5],
  6: [3],
  7: [3],
  8: [4],
  9: [2, 3],
};

/** The rules of the first answer. Refuses as Discord does. */
export function checkCallback(
  interaction: FakeInteraction,
  type: number,
  data: Record<string, unknown>,
  attachmentLimit: number,
): void {
  if (!answers[type]?.includes(interaction.type))
    invalid(`type ${type} to an interaction ${interaction.type}`);
  if (type === 4) checkNewMessage(data, [], attachmentLimit);
  if (type === 5 && Object.keys(data).some((key) => key !== 'flags')) invalid('data of a deferral');
  if (type === 7) checkMessage(data, [], attachmentLimit);
  if (type === 8) checkChoices(data.choices as readonly { name: string; value: string }[]);
  if (type === 9) checkForm(data);
}

function checkChoices(choices: readonly { readonly name: string; readonly value: string }[]): void {
  if (choices.length > 25) invalid('choices');
  const lengths = choices.flatMap(({ name, value }) => [name.length, value.length]);
  if (lengths.some((length) => length === 0 || length > 100)) invalid('choice');
}
