/** Messages that a channel has. Few enough that their events, three for a command and its answer, are all among those that the log keeps. */
export const mostMessages = 300;
