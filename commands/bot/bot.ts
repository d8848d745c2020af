import { messagesIn } from '../locales/index.ts';
import { createAcceptedJobs } from './accepting.ts';
import { inLanguageOf, languageOf } from './asking.ts';
import { readButton } from './buttons.ts';
import { completeOption } from './completion.ts';
import { contextOf } from './context.ts';
import type { Bot, BotOptions } from './contract.ts';
import type {
  ButtonPress,
  Conversation,
  Invocation,
  Log,
  OutgoingReply,
  Reopen,
  Typing,
} from './conversation.ts';
import { dispatch } from './dispatch.ts';
import { createDrawn } from './drawn.ts';
import { insisting } from './insisting.ts';
import { jobLife } from './job-life.ts';
import { leasedJobs } from './leased-jobs.ts';
import { createRunningJobs } from './running.ts';
import { oneAtATime, takerUp } from './taking-up.ts';

export type { Bot, BotOptions, ButtonPress, Conversation, Invocation, Log, OutgoingReply, Reopen, Typing };

export function createBot(options: BotOptions): Bot {
  const { commands, studio, jobs, log, largestPicture = 10 * 2 ** 20, mostJobsPerUser = 4 } = options;
  const { ledger, leases, lookMilliseconds = 15_000, able = () => true } = options;
  const running = createRunningJobs();
  const drawn = createDrawn(options.mostDrawn ?? 64 * 2 ** 20);
  const kept = createAcceptedJobs(ledger, log);
  const shared = ledger && leases && leasedJobs(kept, { ledger, leases, running });
  const closing = new AbortController();
  const accepted = insisting(shared ?? kept, { log, closing: closing.signal });
  const looks: NodeJS.Timeout[] = [];
  let stopping = false;
  const isStopping = () => stopping;

  const life = jobLife({ running, accepted, shared, log, mostJobsPerUser, isStopping });
  const parts = { studio, jobs, drawn, commands, largestPicture, accepted, life };
  const work = dispatch({ commands, studio, contextOf: (atWork) => contextOf(parts, atWork) });
  const takeUp = takerUp({ accepted, running, log, able, isStopping, life, goOn: work.run });

  const endLooking = () => {
    stopping = true;
    for (const look of looks.splice(0)) clearInterval(look);
  };

  return {
    commands,
    studio,
    largestPicture,
    check: work.check,
    mayAsk: work.mayAsk,
    async run(given, conversation) {
      const asked = await inLanguageOf(studio, given);
      await life.run(asked, asked.command, conversation, (job) => work.run(asked, conversation, job));
    },
    async press(given, conversation) {
      const asked = await inLanguageOf(studio, given);
      const name = readButton(asked.id)?.command ?? '';
      await life.run(asked, name, conversation, (job) => work.run(asked, conversation, job));
    },
    async complete({ server, locale, command: name, option, typed, caret }) {
      const declared = commands.find((command) => command.name === name)?.options[option];
      const language = (await languageOf(studio, server)) ?? locale;
      const where = { server, studio, words: messagesIn(language) };
      return declared ? completeOption(where, declared, typed, caret) : [];
    },
    waiting: async (platform) => (await accepted.waiting(platform)).map(({ address }) => address),
    takeUp(platform, reopen) {
      const look = oneAtATime(() => takeUp(platform, reopen));
      if (shared) looks.push(setInterval(() => void look(), lookMilliseconds));
      return look();
    },
    drain() {
      endLooking();
      return running.drain();
    },
    stop() {
      endLooking();
      closing.abort();
      running.putOffAll();
    },
  };
}
