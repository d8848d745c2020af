interface Opened {
  release(): Promise<void>;
}

/** What opens beside something; closes that again where it does not, and raises what went wrong. */
export async function orRelease<T>(opened: Opened, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await opened.release();
    throw error;
  }
}
