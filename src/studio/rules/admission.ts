import type { ConceptStore, Ledger } from '../../../model-store/store.ts';
import { tokenOf } from '../../concept.ts';
import { methodNames } from '../../method-names.ts';
import { attempt, type Result, raise, unwrap } from '../../result.ts';
import { createTurns } from '../../turns.ts';
import { keptLessons } from '../lessons.ts';
import { requireBytes } from './bytes.ts';
import type { SettingsKeeper } from './keep-settings.ts';
import {
  blockedMember,
  elsewhere,
  noTeacher,
  overQuota,
  refusedWord,
  tooManyConcepts,
  unknownMethod,
} from './sentences.ts';
import type { ServerSettings } from './settings.ts';
import type { Asked, Overdrawn, Usage } from './usage.ts';
import { refusedWordIn } from './words.ts';

/** Who asks for something, as the platform knows them. */
export interface Asker {
  /** The platform's id of the user. */
  readonly user: string;
  /** Where they ask from, where an id costs nothing: what others from there had counts towards their quotas. */
  readonly from?: string;
  readonly administrator: boolean;
  /** Ids of the roles that they have, where the platform has roles. */
  readonly roles?: readonly string[];
  /** Id of the channel that they ask in, where the platform has several a server. */
  readonly channel?: string;
}

/** What is to be done, as far as a server's settings may refuse it. */
export interface Wanted {
  readonly kind: 'teach' | 'imagine';
  /** A program of the installation's own where absent: then what holds for single users does not. */
  readonly by?: Asker;
  /** What people typed that others will see. */
  readonly texts: readonly string[];
  /** Pictures that are to be drawn; 1 for a lesson. */
  readonly amount: number;
  /** Whether it was admitted before the bot was started again: then nothing refuses it, and nothing is taken from the quotas. */
  readonly admitted?: boolean;
  /** Its id, where it is kept. */
  readonly job?: string;
  /** Whether it ended here because the bot does, and will be asked for again as admitted: then it keeps what it took. */
  readonly isPutOff?: () => boolean;
}

/** Holds a server's settings against what is asked for. Refusals are 'not-allowed' and say what to do, and when. */
export interface Admission {
  /** What would refuse it now. Takes nothing from the quotas. */
  check(server: string, wanted: Wanted): Promise<Result<void>>;
  /**
   * Does the work, which is taken from the quotas first and given back where nothing came of it: it failed, or was
   * cancelled before it `began`. What was cancelled later has cost its time.
   */
  run<T>(server: string, wanted: Wanted, work: (began: () => void) => Promise<Result<T>>): Promise<Result<T>>;
  /** Whether they may use the bot, in the channel that they ask in; settings that cannot be read refuse nobody. */
  checkUse(server: string, by: Asker): Promise<Result<void>>;
  /** Whether people may type that here. */
  checkWords(server: string, texts: readonly string[]): Promise<Result<void>>;
  /** What a member had counts towards their own quotas no more. */
  forgive(server: string, user: string): Promise<void>;
}

export interface AdmissionParts {
  readonly settings: SettingsKeeper['settings'];
  readonly usage: Usage;
  readonly store: Pick<ConceptStore, 'inventory' | 'bytes'>;
  /** Where the lessons are that other bots are at. */
  readonly ledger?: Ledger;
  /** That may be kept of one server's concepts. */
  readonly serverBytes: number;
}

/** Admits a server's one after another, so that two at once cannot both have what is left for one. Nothing is shared between servers. */
export function createAdmission(parts: AdmissionParts): Admission {
  const { settings, usage, store, ledger, serverBytes } = parts;
  const turns = createTurns();
  /** Those that are under way here, with their servers. */
  const lessons = new Map<Wanted, string>();

  /** Counts what is stored, what is being learnt here, and what other bots are at that is not stored yet. */
  async function requireRoom(server: string, most: number): Promise<void> {
    const { concepts, damaged } = await store.inventory(server);
    const stored = new Set([...concepts.map(({ token }) => token), ...damaged]);
    const here = [...lessons].filter(([, of]) => of === server).map(([{ job }]) => job);
    const others = (await keptLessons(ledger, server))
      .filter(({ job, givenUp }) => !givenUp && !here.includes(job))
      .filter(({ number }) => number === undefined || !stored.has(tokenOf(number)));
    const count = stored.size + here.length + others.length;
    if (count >= most) raise('not-allowed', tooManyConcepts(count, most));
    await requireBytes(store, server, 1, serverBytes);
  }

  async function requireQuota(server: string, asked: Asked): Promise<void> {
    requireLeft(asked, await usage.overdrawn(server, asked));
  }

  async function admit(server: string, wanted: Wanted): Promise<Asked> {
    const chosen = unwrap(await settings(server));
    requireUse(chosen, wanted.by);
    if (wanted.kind === 'teach') requireTeacher(chosen, wanted.by);
    requireWords(chosen, wanted.texts);
    const asked = askedOf(chosen, wanted);
    if (wanted.kind === 'teach') await requireRoom(server, chosen.quotas.concepts);
    await requireQuota(server, asked);
    return asked;
  }

  return {
    check: (server, wanted) => attempt(async () => void (await admit(server, wanted))),

    async run(server, wanted, work) {
      const taken = await turns(server, () =>
        attempt(async () => {
          const asked = wanted.admitted
            ? askedOf(unwrap(await settings(server)), wanted)
            : await admit(server, wanted);
          if (!wanted.admitted) requireLeft(asked, await usage.take(server, asked));
          if (wanted.kind === 'teach') lessons.set(wanted, server);
          return asked;
        }),
      );
      if (!taken.ok) return taken;
      let [began, counts] = [false, false];
      try {
        const result = await work(() => {
          began = true;
        });
        const cancelledLate = began && !result.ok && result.problem.code === 'cancelled';
        counts = result.ok || cancelledLate || wanted.isPutOff?.() === true;
        return result;
      } finally {
        lessons.delete(wanted);
        if (!counts) await turns(server, () => attempt(() => usage.giveBack(server, taken.value)));
      }
    },

    checkUse: (server, by) =>
      attempt(async () => {
        const chosen = await settings(server);
        if (chosen.ok) requireUse(chosen.value, by);
      }),

    forgive: (server, user) => turns(server, () => usage.forgive(server, user)),

    checkWords: (server, texts) => attempt(async () => requireWords(unwrap(await settings(server)), texts)),
  };
}

function requireLeft({ what, amount }: Asked, overdrawn: Overdrawn | undefined): void {
  if (overdrawn) raise('not-allowed', overQuota(what, amount, overdrawn));
}

function askedOf({ quotas }: ServerSettings, { kind, by, amount }: Wanted): Asked {
  const limits =
    kind === 'teach'
      ? { user: quotas.lessonsPerUser, server: quotas.lessonsPerServer }
      : { user: quotas.picturesPerUser, server: quotas.picturesPerServer };
  return { what: kind === 'teach' ? 'lessons' : 'pictures', amount, limits, ...(by && whoseOf(by)) };
}

function whoseOf({ user, from }: Asker): Pick<Asked, 'user' | 'from'> {
  return { user, ...(from !== undefined && { from }) };
}

function requireUse({ channels, blocked }: ServerSettings, by: Asker | undefined): void {
  if (by && !by.administrator && blocked.some(({ id }) => id === by.user))
    raise('not-allowed', blockedMember);
  if (by?.channel === undefined || channels.length === 0) return;
  if (!channels.some(({ id }) => id === by.channel)) raise('not-allowed', elsewhere(channels));
}

function requireTeacher({ teachers, roles, method }: ServerSettings, by: Asker | undefined): void {
  if (method !== undefined && !methodNames.includes(method)) raise('not-allowed', unknownMethod(method));
  if (!by || by.administrator || teachers === 'everyone') return;
  const named = teachers === 'roles' ? roles : [];
  if (!named.some(({ id }) => by.roles?.includes(id))) raise('not-allowed', noTeacher(named));
}

function requireWords({ words }: ServerSettings, texts: readonly string[]): void {
  const word = refusedWordIn(texts, words);
  if (word !== undefined) raise('not-allowed', refusedWord(word));
}
