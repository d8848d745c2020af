import { expect, test } from 'vitest';
import { openChannels } from '../../../adapters/web/channels.ts';
import { createConversation } from '../../../adapters/web/conversation.ts';
import { raise } from '../../../src/result.ts';
import { createFakeMessageLog } from '../../fakes/records.ts';
import { drawing, png } from '../../fakes/studio.ts';

test('an answer that cannot be kept leaves its place to the sentence that says so', async () => {
  const channels = await openChannels(createFakeMessageLog());
  const { id: channel } = channels.list()[0]!;
  const files = {
    put: async () => raise('storage-full', 'The disk is full.'),
    read: async () => undefined,
    remove: async () => {},
    keepOnly: async () => {},
  };
  const conversation = createConversation({ channels, files, channel, user: 'ada', asked: 'question' });
  await conversation.defer('everyone');
  const pictures = [{ name: 'a.png', png: await png(drawing(1, '')), alt: 'a dog' }];
  await expect(conversation.reply({ text: ['a dog'], pictures })).rejects.toThrow('The disk is full.');
  await conversation.reply({ text: ['The disk is full.'] });
  const { messages } = channels.state(channel, 'ada');
  expect(messages).toMatchObject([{ text: ['The disk is full.'], answers: 'question' }]);
  expect(messages[0]?.state).toBeUndefined();
});
