/** A moment that lasts for as long as a test wants it to. */
export interface Moment {
  /** Resolves when it is over; at once while nothing holds it. */
  over(): Promise<void>;
  /** Has it last until the returned function is called. */
  hold(): () => void;
}

export function createMoment(): Moment {
  let moment = Promise.resolve();
  return {
    over: () => moment,
    hold() {
      let release = () => {};
      moment = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        release();
        moment = Promise.resolve();
      };
    },
  };
}
