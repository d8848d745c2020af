import { createWaiting, type Waiting } from '../waiting.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** A call of the Web API or an address that Slack gave, as it came and as it was answered. */
export interface WireCall {
  readonly at: number;
  /** `chat.postMessage`; `upload`, `respond` or `download` for addresses. */
  readonly method: string;
  readonly team: string | undefined;
  readonly authorization: string | undefined;
  readonly args: Arguments;
  /** 'ok', what it was refused with, or 'cut'. */
  readonly outcome: string;
}

/** A record of all that the bot asked for, in order. */
export interface Wire extends Waiting {
  readonly calls: readonly WireCall[];
  of(method: string): readonly WireCall[];
  note(call: WireCall): void;
}

export function createWire(): Wire {
  const calls: WireCall[] = [];
  const { until, wake } = createWaiting();
  return {
    calls,
    until,
    wake,
    of: (method) => calls.filter((call) => call.method === method),
    note(call) {
      calls.push(call);
      wake();
    },
  };
}
