import type { JobRecords } from '../../model-store/store.ts';
import { attempt, failure, ProblemError, type Result, raise, unwrap } from '../../src/result.ts';
import type { Progress, Studio } from '../../src/studio/studio.ts';
import type {
  ActionContext,
  Command,
  OptionTable,
  OptionValues,
  Reply,
  Role,
  Server,
  Suggestion,
  User,
  Visibility,
} from '../command.ts';
import { type Locale, type Messages, messagesIn } from '../locales/index.ts';
import { askerOf, inLanguageOf, languageOf, type Person } from './asking.ts';
import { mayPress, type PlacedButton, placeButton, readButton } from './buttons.ts';
import { completeOption } from './completion.ts';
import { createDrawn } from './drawn.ts';
import { parseOptions, type RawOptions } from './options.ts';
import { type ProgressView, progressView } from './progress.ts';
import { type RichText, text } from './rich-text.ts';
import { createRunningJobs, type LiveJob } from './running.ts';

/** A reply whose buttons have their ids. */
export interface OutgoingReply extends Omit<Reply, 'buttons'> {
  readonly buttons?: readonly PlacedButton[];
}

/** Where one command or pressed button is answered: what an adapter implements, for each of them anew. */
export interface Conversation {
  /** Called at most once, and first. */
  defer(visibility: Visibility): Promise<void>;
  /** Called often; the adapter shows what it can at its pace. Never throws. */
  progress(view: ProgressView): void;
  /** The first reply takes the place of the deferral and its progress, the next ones follow it. */
  reply(reply: OutgoingReply): Promise<void>;
  /** Puts `reply` in the place of the message with the pressed button. */
  update(reply: OutgoingReply): Promise<void>;
  /** Deletes the message with the pressed button. */
  remove(): Promise<void>;
}

export interface Invocation extends Person {
  readonly command: string;
  readonly options: RawOptions;
}

export interface ButtonPress extends Person {
  readonly id: string;
}

/** An option that is being typed. */
export interface Typing {
  readonly server: Server;
  readonly locale?: Locale;
  readonly command: string;
  readonly option: string;
  readonly typed: string;
  /** Offset of the caret. At the end by default. */
  readonly caret?: number;
}

/** Where failures that are nobody's to see are written. Never gets what people typed. */
export interface Log {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** The commands at work: what adapters hand everything to. */
export interface Bot {
  readonly commands: readonly Command[];
  readonly studio: Studio;
  /** In bytes. */
  readonly largestPicture: number;
  /** What would refuse the command as it was sent, for platforms where it can be put right before anybody sees it. */
  check(invocation: Invocation): Promise<Result<void>>;
  /** What would refuse somebody the command whatever they say, for platforms that first ask in a form what they have to say. */
  mayAsk(asked: Person & Pick<Invocation, 'command'>): Promise<Result<void>>;
  /** Answers in the conversation, whatever happens. Never rejects: what cannot be answered is logged. */
  run(invocation: Invocation, conversation: Conversation): Promise<void>;
  press(press: ButtonPress, conversation: Conversation): Promise<void>;
  /** All values for an option that is being typed. */
  complete(typing: Typing): Promise<readonly Suggestion[]>;
  /** Cancels what is under way. */
  stop(): void;
}

export interface BotOptions {
  readonly commands: readonly Command[];
  readonly studio: Studio;
  readonly jobs: JobRecords;
  readonly log: Log;
  /** The largest file of a picture that is taken, in bytes. Default 10 MB. */
  readonly largestPicture?: number;
  /** Jobs that one user may have under way on a server. Default 4. */
  readonly mostJobsPerUser?: number;
  /** Memory for pictures drawn not long ago, in bytes. Default 64 MB. */
  readonly mostDrawn?: number;
}

/** They tell and stop what is under way, so they are no part of what one may have of that. */
const uncounted: ReadonlySet<string> = new Set(['cancel', 'queue']);

const ranks: Readonly<Record<Role, number>> = { everyone: 0, teacher: 1, administrator: 2 };

/** Whether the user's role is enough for the command. */
function mayUse({ access }: Command, { role }: User): boolean {
  return ranks[role] >= ranks[access];
}

export function createBot(options: BotOptions): Bot {
  const { commands, studio, jobs, log, largestPicture = 10 * 2 ** 20, mostJobsPerUser = 4 } = options;
  const running = createRunningJobs();
  const drawn = createDrawn(options.mostDrawn ?? 64 * 2 ** 20);

  function find(name: string, words: Messages): Command {
    const command = commands.find((one) => one.name === name);
    return command ?? raise('not-found', words.bot.noSuchCommand);
  }

  /** Runs `act` as a job of the user, and tells in the conversation what stopped it. */
  async function asJob(
    { server, user }: Person,
    name: string,
    conversation: Conversation,
    act: (job: LiveJob) => Promise<void>,
  ): Promise<void> {
    const words = messagesIn(user.locale);
    const busy = running.of(server.id, user.id).length >= mostJobsPerUser && !uncounted.has(name);
    const job = running.start(server.id, user.id, name);
    const work = () => (busy ? raise('not-allowed', words.bot.tooMany(mostJobsPerUser)) : act(job));
    const result = await attempt(work).catch((error: unknown): Result<void> => {
      log.error({ error, command: name }, 'a command failed');
      return { ok: false, problem: { code: 'engine-down', message: words.bot.wrongTryAgain } };
    });
    if (!result.ok) {
      await tell(conversation, words.problem(result.problem)).catch((error: unknown) =>
        log.error({ error, command: name }, 'its failure could not be told'),
      );
    }
    running.end(job);
  }

  /** Replies; where that fails, says at least what the reply says `otherwise`, and why. */
  async function answer(
    to: Conversation,
    command: Command,
    user: User,
    { otherwise, ...reply }: Reply,
  ): Promise<void> {
    const whole = placed(command, user.id, reply);
    try {
      await to.reply(whole);
    } catch (error) {
      if (!otherwise) throw error;
      log.error({ error, command: command.name }, 'an answer was shown in words alone');
      const { pictures: _, files: __, singles: ___, ...rest } = whole;
      const { bot, problem } = messagesIn(user.locale);
      const reason = error instanceof ProblemError ? problem(error.problem) : bot.wrong;
      await to.reply({ ...rest, text: [...otherwise, ' ', reason] });
    }
  }

  function contextOf(command: Command, person: Person, job: LiveJob, to: Conversation) {
    const { server, user } = person;
    const words = messagesIn(user.locale);
    const cancel = { action: 'stop', argument: job.id, label: words.bot.cancel, who: 'requester' } as const;
    const cancelButton = placeButton('cancel', user.id, cancel);
    return {
      server,
      user,
      studio,
      jobs,
      drawn,
      words,
      commands,
      largestPicture,
      by: askerOf(person),
      job: job.id,
      signal: job.signal,
      running: () => running.of(server.id, user.id).filter((other) => other.id !== job.id),
      cancel: (id: string) => running.cancel(server.id, user, id),
      defer: (visibility: Visibility = 'everyone') => to.defer(visibility),
      progress: (title: RichText, progress?: Progress) =>
        to.progress(progressView(title, cancelButton, words, progress)),
      reply: (reply: Reply) => answer(to, command, user, reply),
    };
  }

  async function requireUsable({ anywhere }: Command, person: Person): Promise<void> {
    if (!anywhere) unwrap(await studio.mayBeUsed(person.server.id, askerOf(person)));
  }

  async function findFor(asked: Person & Pick<Invocation, 'command'>): Promise<Command> {
    const words = messagesIn(asked.user.locale);
    const command = find(asked.command, words);
    if (!mayUse(command, asked.user)) {
      raise('not-allowed', words.bot.forRole(words.command(command.name), command.access));
    }
    await requireUsable(command, asked);
    return command;
  }

  async function permit(command: Command, person: Person, options: OptionValues<OptionTable>) {
    const { server, user } = person;
    await command.permit?.({ server, user, studio, by: askerOf(person), options });
  }

  async function read(invocation: Invocation) {
    const command = await findFor(invocation);
    const options = unwrap(
      await parseOptions(command, invocation.options, messagesIn(invocation.user.locale)),
    );
    await permit(command, invocation, options);
    return { command, options };
  }

  async function runCommand(invocation: Invocation, conversation: Conversation, job: LiveJob): Promise<void> {
    const { command, options } = await read(invocation);
    await command.run({ ...contextOf(command, invocation, job, conversation), options });
  }

  async function runAction(press: ButtonPress, conversation: Conversation, job: LiveJob): Promise<void> {
    const words = messagesIn(press.user.locale);
    const read = readButton(press.id) ?? raise('not-found', words.bot.foreignButton);
    if (!mayPress(read, press.user)) raise('not-allowed', words.bot.notYours[read.who]);
    const command = find(read.command, words);
    const action = Object.hasOwn(command.actions ?? {}, read.action)
      ? command.actions?.[read.action]
      : undefined;
    if (!action) raise('not-found', words.bot.deadButton);
    await requireUsable(command, press);
    const { argument, requester } = read;
    const context: ActionContext = {
      ...contextOf(command, press, job, conversation),
      argument,
      requester,
      update: (reply) => conversation.update(placed(command, requester, reply)),
      remove: () => conversation.remove(),
    };
    await action(context);
  }

  /** What `look` raises, in the language of the one who asks. */
  async function refusal<P extends Person>(given: P, look: (asked: P) => Promise<unknown>) {
    const asked = await inLanguageOf(studio, given);
    const result = await attempt(async () => void (await look(asked)));
    if (result.ok) return result;
    return failure(result.problem.code, messagesIn(asked.user.locale).problem(result.problem));
  }

  return {
    commands,
    studio,
    largestPicture,
    check: (invocation) => refusal(invocation, read),
    mayAsk: (given) => refusal(given, async (asked) => permit(await findFor(asked), asked, {})),
    async run(given, conversation) {
      const invocation = await inLanguageOf(studio, given);
      await asJob(invocation, invocation.command, conversation, (job) =>
        runCommand(invocation, conversation, job),
      );
    },
    async press(given, conversation) {
      const press = await inLanguageOf(studio, given);
      await asJob(press, readButton(press.id)?.command ?? '', conversation, (job) =>
        runAction(press, conversation, job),
      );
    },
    async complete({ server, locale, command: name, option, typed, caret }) {
      const declared = commands.find((command) => command.name === name)?.options[option];
      const language = (await languageOf(studio, server)) ?? locale;
      const where = { server, studio, words: messagesIn(language) };
      return declared ? completeOption(where, declared, typed, caret) : [];
    },
    stop: () => running.cancelAll(),
  };
}

/** The reply with its buttons as the platform keeps them: those of a request belong to who made it. */
function placed(command: Command, requester: string, { buttons, ...reply }: Reply): OutgoingReply {
  if (!buttons) return reply;
  return { ...reply, buttons: buttons.map((button) => placeButton(command.name, requester, button)) };
}

function tell(conversation: Conversation, sentence: string): Promise<void> {
  return conversation.reply({ text: text`${sentence}`, visibility: 'requester' });
}
