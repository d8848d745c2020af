import type { BaseModel, Crew, Member } from './crew.ts';

/** Whether a worker does jobs, and with which model they are done where it does not. */
export interface Standing {
  readonly serves: boolean;
  /** Undefined where no worker does jobs yet. */
  readonly instead?: BaseModel;
}

export interface MembershipParts {
  readonly crew: Pick<Crew, 'beat' | 'depart'>;
  /** What it says of itself now. */
  readonly member: () => Member;
  /** Milliseconds between two times that it does. */
  readonly beat: number;
  /** Hears it at first, and whenever it changes. */
  readonly onStanding: (standing: Standing) => void;
  readonly onError: (error: unknown) => void;
}

export interface Membership {
  /** Has the others know that it is gone. */
  leave(): Promise<void>;
  /** Says nothing more. */
  end(): void;
}

/** As often as this in a row one that waits finds nobody in its way before it takes the place: who was there may be starting again. */
const emptyBeats = 3;

/** Has a worker be known to the others, and do jobs while they are done with its model. */
export function join({ crew, member, beat, onStanding, onError }: MembershipParts): Membership {
  let standing: Standing | undefined;
  let empty = 0;
  let beating: Promise<void> | undefined;

  const say = async () => {
    const own = member();
    const takes = standing === undefined || standing.serves || empty >= emptyBeats;
    const current = await crew.beat(own, takes);
    empty = current ? 0 : empty + 1;
    const serves = current?.id === own.model.id;
    if (standing?.serves === serves && standing.instead?.id === (serves ? undefined : current?.id)) return;
    standing = { serves, ...(!serves && current && { instead: current }) };
    onStanding(standing);
  };
  const sayOnce = () => {
    beating ??= say()
      .catch(onError)
      .finally(() => {
        beating = undefined;
      });
    return beating;
  };
  const timer = setInterval(() => void sayOnce(), beat);
  void sayOnce();

  const end = () => clearInterval(timer);
  return {
    end,
    async leave() {
      end();
      await beating;
      await crew.depart(member().worker).catch(onError);
    },
  };
}
