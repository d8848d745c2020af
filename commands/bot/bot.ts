import { attempt, failure, type Result, raise, unwrap } from '../../src/result.ts';
import type { Progress } from '../../src/studio/studio.ts';
import type {
  ActionContext,
  Command,
  OptionTable,
  OptionValues,
  Reply,
  User,
  Visibility,
} from '../command.ts';
import { type Messages, messagesIn } from '../locales/index.ts';
import { type AcceptedJob, canBeTriedAgain, createAcceptedJobs } from './accepted.ts';
import { deliver, placed, tell } from './answering.ts';
import { askerOf, inLanguageOf, languageOf, mayUse, type Person } from './asking.ts';
import { mayPress, placeButton, readButton } from './buttons.ts';
import { completeOption } from './completion.ts';
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
import { createDrawn } from './drawn.ts';
import { leasedJobs } from './leased-jobs.ts';
import { parseOptions } from './options.ts';
import { progressView } from './progress.ts';
import type { RichText } from './rich-text.ts';
import { createRunningJobs, type LiveJob, uncounted } from './running.ts';
import { oneAtATime, takerUp } from './taking-up.ts';

export type { Bot, BotOptions, ButtonPress, Conversation, Invocation, Log, OutgoingReply, Reopen, Typing };

export function createBot(options: BotOptions): Bot {
  const { commands, studio, jobs, log, largestPicture = 10 * 2 ** 20, mostJobsPerUser = 4 } = options;
  const running = createRunningJobs();
  const drawn = createDrawn(options.mostDrawn ?? 64 * 2 ** 20);
  const { ledger, leases, lookMilliseconds = 15_000, able = () => true } = options;
  const kept = createAcceptedJobs(ledger, log);
  const shared = ledger && leases && leasedJobs(kept, { ledger, leases, running });
  const accepted = shared ?? kept;
  const looks: NodeJS.Timeout[] = [];
  let stopping = false;

  function find(name: string, words: Messages): Command {
    const command = commands.find((one) => one.name === name);
    return command ?? raise('not-found', words.bot.noSuchCommand);
  }

  /** Runs `act` as a job of the user, and tells in the conversation what stopped it. */
  async function asJob(
    person: Person,
    name: string,
    conversation: Conversation,
    act: (job: LiveJob) => Promise<void>,
    again?: AcceptedJob,
  ): Promise<void> {
    const { server, user } = person;
    const words = messagesIn(user.locale);
    const free = again !== undefined || uncounted.has(name);
    const elsewhere = free ? [] : await othersOf(person);
    const busy = running.of(server.id, user.id).length + elsewhere.length >= mostJobsPerUser;
    const refused = stopping ? words.bot.stopping : busy ? words.bot.tooMany(mostJobsPerUser) : undefined;
    const job = running.start(server.id, user.id, name, again?.id);
    const work = () => (refused && !free ? raise('not-allowed', refused) : act(job));
    const result = await attempt(work).catch((error: unknown): Result<void> => {
      log.error({ error, command: name, job: job.id }, 'a command failed');
      return { ok: false, problem: { code: 'engine-down', message: words.bot.wrongTryAgain } };
    });
    await conclude(job, result, conversation, words, again).catch(onUnkept);
    running.end(job);
  }

  /** Where that cannot be told now there are none: whoever asks for something is told then. */
  const othersOf = async (person: Person) =>
    (await shared?.others(person).catch((error: unknown) => onUnkept(error))) ?? [];

  /** Tells what stopped a job, and keeps that it has ended, or that it was put off. */
  async function conclude(
    job: LiveJob,
    result: Result<void>,
    to: Conversation,
    words: Messages,
    again: AcceptedJob | undefined,
  ) {
    const { id, command } = job;
    if (accepted.isElsewhere(id)) return;
    if (result.ok) return accepted.end(id);
    if (running.isPutOff(id) && accepted.has(id)) return accepted.rest(id);
    const { problem } = result;
    await tell(to, words.problem(problem)).catch((error: unknown) =>
      log.error({ error, command, job: id }, 'its failure could not be told'),
    );
    // What was accepted is not to be refused.
    const refused = again && problem.code === 'not-allowed';
    return refused || canBeTriedAgain.has(problem.code) ? accepted.bury(id, problem) : accepted.end(id);
  }

  /** What is stopped here is kept before that is answered, so that no restart goes on with it. */
  async function cancelJob(person: Person, id: string): Promise<boolean> {
    if (!running.cancel(person.server.id, person.user, id))
      return (await shared?.cancel(person, id)) ?? false;
    await accepted.stop(id).catch(onUnkept);
    return true;
  }

  function onUnderWay(job: LiveJob, { phase }: Progress): void {
    if (phase === 'fetching') return;
    job.onUnderWay();
    running.waits(job.id, phase === 'waiting');
    if (phase !== 'waiting') accepted.begin(job.id).catch(onUnkept);
  }

  const onUnkept = (error: unknown) => log.error({ error }, 'how far a job is could not be kept');
  const hooksOf = ({ id, command }: LiveJob, to: Conversation) => ({
    onWordsAlone: (error: unknown) => log.error({ error, command, job: id }, 'answered in words alone'),
    onMoved: () => accepted.move(id, to.address?.()),
  });

  async function answer(to: Conversation, command: Command, user: User, job: LiveJob, reply: Reply) {
    const { otherwise, ...rest } = reply;
    const ready = { whole: placed(command, user.id, rest), ...(otherwise && { otherwise }) };
    if (!(await accepted.mayAnswer(job.id))) return;
    await accepted.answer(job.id, ready).catch(onUnkept);
    await deliver(to, user, ready, hooksOf(job, to));
  }

  function contextOf(
    command: Command,
    person: Invocation | ButtonPress,
    job: LiveJob,
    to: Conversation,
    again: boolean,
  ) {
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
      running: async () => [
        ...running.of(server.id, user.id).filter((other) => other.id !== job.id),
        ...(await othersOf(person)),
      ],
      cancel: (id: string) => cancelJob(person, id),
      again,
      async defer(visibility: Visibility = 'everyone') {
        if (again) return;
        await to.defer(visibility);
        const address = to.address?.();
        if (address !== undefined) await accepted.accept(job.id, person, address);
      },
      progress(title: RichText, progress?: Progress) {
        if (progress) onUnderWay(job, progress);
        to.progress(progressView(title, cancelButton, words, progress));
      },
      reply: (reply: Reply) => answer(to, command, user, job, reply),
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

  async function read(invocation: Invocation, again = false) {
    const words = messagesIn(invocation.user.locale);
    const command = again ? find(invocation.command, words) : await findFor(invocation);
    const options = unwrap(await parseOptions(command, invocation.options, { user: invocation.user, words }));
    if (!again) await permit(command, invocation, options);
    return { command, options };
  }

  async function runCommand(invocation: Invocation, conversation: Conversation, job: LiveJob, again = false) {
    const { command, options } = await read(invocation, again);
    await command.run({ ...contextOf(command, invocation, job, conversation, again), options });
  }

  async function runAction(press: ButtonPress, conversation: Conversation, job: LiveJob, again = false) {
    const words = messagesIn(press.user.locale);
    const read = readButton(press.id) ?? raise('not-found', words.bot.foreignButton);
    if (!mayPress(read, press.user)) raise('not-allowed', words.bot.notYours[read.who]);
    const command = find(read.command, words);
    const action = Object.hasOwn(command.actions ?? {}, read.action)
      ? command.actions?.[read.action]
      : undefined;
    if (!action) raise('not-found', words.bot.deadButton);
    if (!again) await requireUsable(command, press);
    const { argument, requester } = read;
    const context: ActionContext = {
      ...contextOf(command, press, job, conversation, again),
      argument,
      requester,
      ...(press.message !== undefined && { message: press.message }),
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

  const takeUp = takerUp({
    accepted,
    running,
    log,
    able,
    isStopping: () => stopping,
    asJob,
    hooksOf,
    goOn: (asked, conversation, job) =>
      'command' in asked
        ? runCommand(asked, conversation, job, true)
        : runAction(asked, conversation, job, true),
  });

  const endLooking = () => {
    stopping = true;
    for (const look of looks.splice(0)) clearInterval(look);
  };

  return {
    commands,
    studio,
    largestPicture,
    check: (invocation) => refusal(invocation, read),
    mayAsk: (given) => refusal(given, async (asked) => permit(await findFor(asked), asked, {})),
    async run(given, conversation) {
      const invocation = await inLanguageOf(studio, given);
      const act = (job: LiveJob) => runCommand(invocation, conversation, job);
      await asJob(invocation, invocation.command, conversation, act);
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
      running.putOffAll();
    },
  };
}
