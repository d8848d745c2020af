/** How the fake misbehaves once. */
export type Fault =
  /** Refuses with that error. */
  | { readonly error: string }
  /** 429, with so many seconds to wait. */
  | { readonly retryAfter: number }
  | { readonly status: number }
  /** Cuts the connection, before or after doing what was asked. */
  | { readonly cut: 'before' | 'after' }
  /** Waits before doing what was asked. */
  | { readonly hold: Promise<unknown> }
  /** Says that it did what was asked, and never does. */
  | { readonly lost: true };

export interface Faults {
  /** Lets the next `times` calls of that method meet the fault. `upload` and `respond` are addresses, not methods. */
  next(method: string, fault: Fault, times?: number): void;
  /** The fault that a call meets. */
  meet(method: string): Fault | undefined;
}

export function createFaults(): Faults {
  const planned: { readonly method: string; readonly fault: Fault; times: number }[] = [];
  return {
    next(method, fault, times = 1) {
      planned.push({ method, fault, times });
    },
    meet(method) {
      const found = planned.find((one) => one.times > 0 && one.method === method);
      if (!found) return undefined;
      found.times--;
      return found.fault;
    },
  };
}
