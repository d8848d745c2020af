/** What is said on Slack alone, in English: what there is to translate, and with which values. */
export const en = {
  askedBy: (name: string) => `Asked by ${name}`,
  working: 'I am at it …',
  invite: (bot: string) =>
    `I am not in this channel. Type /invite @${bot} in it and try again, or use another channel that I am in.`,
  sentDirectly: (bot: string) => `I sent it to you alone: see Messages of the app ${bot}.`,
  crowded: 'Too many pictures are on their way at the moment. Send yours again in a minute.',
  restarting: 'I am being restarted. Send that again in a minute.',
  notAwaited: 'Slack did not wait for me. Send the command again.',
  unknownMember: 'Slack did not tell me who you are. Try again in a minute.',
  notShown: 'Slack took the pictures but does not show them. Try again in a minute.',
  preview: 'What it looks like so far',
  wrong: 'Something went wrong on my side. Try again in a moment.',

  typed: {
    leftOver: (rest: string) =>
      `“${rest}” belongs to no option. Put words with spaces between quotation marks, such as words:"gore, blood".`,
    channel: (typed: string) =>
      `Slack knows no channel “${typed}”. Type # and choose it from the list that opens: channel:#studio.`,
    user: (typed: string) =>
      `Slack knows no member “${typed}”. Type @ and choose them from the list that opens: block:@ada.`,
  },

  attachments: {
    one: (what: string) => `One of the files ${what}`,
    elsewhere: 'is not kept by Slack, so it is not fetched.',
    late: (seconds: number) => `did not arrive within ${seconds} s. Send it again.`,
    cut: 'did not arrive whole. Send it again.',
    gone: 'is no longer kept by Slack. Send it again.',
    page: 'is not shown to me: Slack answered with a page to log in by. I lack the permission files:read, or am not in the channel of the file.',
    failed: (status: number) => `could not be fetched (${status}). Send it again.`,
    longer: 'is larger than Slack said. Send a smaller copy.',
    tooLarge: (megabytes: number) => `is larger than ${megabytes} MB. Send a smaller copy of it.`,
  },

  forms: {
    send: 'Send',
    close: 'Close',
    firstPictures: (most: number, count: number) =>
      `That message has ${count} pictures. I learn from the first ${most}.`,
    consent:
      'Yours, or free to use. Everyone in this workspace can draw with what I learn, until you /forget it.',
    taught: (words: readonly string[], more: number) =>
      `Taught here, the newest first: ${words.join(', ')}${more === 0 ? '' : `, and ${more} more: /concepts`}`,
    noMenu: 'That is no longer in my menu. Try /help for what is.',
    someoneElses: 'Someone else posted that. Only they, or an administrator, can have me learn from it.',
    noPictures: 'That message has no pictures attached to it.',
    foreign: 'That form is not one of mine any more. Send the command again.',
    notAPicture: (file: string) => `${file} is not a picture. Choose JPEG, PNG, WebP or GIF files.`,
  },

  home: {
    title: 'What I was taught in this workspace',
    how: 'Draw with these words in any channel that I am in: /imagine a <new1> dog in the park',
    earlier: 'Earlier',
    later: 'Later',
    sure: (token: string) => `Forget ${token}?`,
    sureText: 'Nobody here will be able to draw with it any more. That cannot be undone.',
  },
};

/** What every language has. */
export type SlackMessages = typeof en;
