/** What is said on Discord alone, in English: what there is to translate, and with which values. */
export const en = {
  /** As Discord's settings call them. */
  permissions: {
    'View Channel': 'View Channel',
    'Send Messages': 'Send Messages',
    'Send Messages in Threads': 'Send Messages in Threads',
    'Attach Files': 'Attach Files',
  },
  /** Whom commands are for. */
  roles: {
    teacher: 'members who have the permission Attach Files in this channel',
    administrator: 'members who have the permission Manage Server',
  },
  cannotPost: (missing: readonly string[]) =>
    `I may not answer in this channel: I lack ${missing.join(', ')}. Ask an administrator of this server, or use another channel.`,
  noLongerAllowed: 'I may no longer post in this channel.',
  crowded: 'Too many pictures are on their way at the moment. Send yours again in a minute.',
  restarting: 'I am being restarted. Send that again in a minute.',
  serversOnly: 'What I learn belongs to a server, so I work in servers only.',
  notAwaited: 'Discord did not wait for me. Send the command again.',
  answeredBelow:
    'That took longer than Discord waits for an answer, so the answer is in a message of its own.',
  lateForOneAlone:
    'That took longer than the 15 minutes in which Discord lets me show you something alone. Send it again.',
  tooLarge: (file: string, size: string, most: string) =>
    `${file} has ${size}, and Discord takes at most ${most} here.`,
  allTooLarge: 'Discord finds the pictures too large for this server.',
  preview: 'What it looks like so far',

  completion: {
    more: (count: number, page: number, pages: number) => `${count} more: page ${page} of ${pages}`,
    forgotten:
      'I no longer know the words that […] stands for, which Discord had no room for. Type the text again.',
  },

  attachments: {
    one: (what: string) => `One of the files ${what}`,
    elsewhere: 'is not kept by Discord, so it is not fetched.',
    late: (seconds: number) => `did not arrive within ${seconds} s. Send it again.`,
    cut: 'did not arrive whole. Send it again.',
    gone: 'is no longer kept by Discord. Send it again.',
    page: 'came as a web page. Send it again.',
    failed: (status: number) => `could not be fetched (${status}). Send it again.`,
    longer: 'is larger than Discord said. Send a smaller copy.',
    tooLarge: (megabytes: number) => `is larger than ${megabytes} MB. Send a smaller copy of it.`,
  },

  forms: {
    consent:
      'Yours, or free to use. Everyone on this server can draw with what I learn, until you /forget it.',
    noMenu: 'That is no longer in my menu. Try /help for what is.',
    someoneElses: 'Someone else posted that. Only they, or an administrator, can have me learn from it.',
    firstPictures: (most: number, count: number) =>
      `That message has ${count} pictures. I learn from the first ${most}.`,
    noPictures: 'That message has no pictures attached to it.',
    instead: (command: string) => `Use ${command} instead.`,
    foreign: 'That form is not one of mine any more. Send the command again.',
    forgotten: 'I no longer know which message that was. Choose it from the menu again.',
  },
};

/** What every language has. */
export type DiscordMessages = typeof en;
