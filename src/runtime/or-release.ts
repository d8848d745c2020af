interface Opened {
  release(): Promise<void>;
}

/** Takes note of what is open now, and returns it. */
type Keep = <One extends Opened>(opened: One) => One;

/**
 * What is made of several things that are opened one after another. Where one of them does not open, those before it are closed
 * again, the last one first, and what went wrong is raised.
 */
export async function orRelease<T>(open: (keep: Keep) => Promise<T>): Promise<T> {
  const kept: Opened[] = [];
  try {
    return await open((opened) => {
      kept.push(opened);
      return opened;
    });
  } catch (error) {
    // What does not close either is not what went wrong.
    for (const opened of kept.reverse()) await opened.release().catch(() => {});
    throw error;
  }
}
