import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../../commands/bot/bot.ts';

/** Bolt's log, of which no words are kept: they may be what people typed, or tokens. */
export function quietLogger(log: Log): Logger {
  const ignore = () => {};
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: () => log.error({}, "Slack's library met an error"),
    setLevel: ignore,
    setName: ignore,
    getLevel: () => LogLevel.ERROR,
  };
}
