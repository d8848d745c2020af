/** How the fake misbehaves once. */
export type Fault =
  /** Answers with an error; with `retryAfter` seconds to wait where it is a 429. */
  | {
      readonly status: number;
      readonly code: number;
      readonly message?: string;
      readonly retryAfter?: number;
    }
  /** Cuts the connection, before or after doing what was asked. */
  | { readonly cut: 'before' | 'after' }
  /** Does what was asked and says that it failed. */
  | { readonly failAfter: number }
  /** Waits before doing what was asked. */
  | { readonly hold: Promise<unknown> };

export interface Faults {
  /** Lets the next `times` requests of that kind meet the fault. */
  next(method: string, path: RegExp, fault: Fault, times?: number): void;
  /** The fault that a request meets. */
  meet(method: string, path: string): Fault | undefined;
}

export function createFaults(): Faults {
  const planned: { readonly method: string; readonly path: RegExp; readonly fault: Fault; times: number }[] =
    [];
  return {
    next(method, path, fault, times = 1) {
      planned.push({ method, path, fault, times });
    },
    meet(method, path) {
      const found = planned.find((one) => one.times > 0 && one.method === method && one.path.test(path));
      if (!found) return undefined;
      found.times--;
      return found.fault;
    },
  };
}
