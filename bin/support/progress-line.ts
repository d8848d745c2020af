import { stderr } from 'node:process';

const barWidth = 28;
const plainEverySeconds = 30;

/** One line on the terminal that is drawn over again; where there is no terminal, a plain line now and then. */
export interface ProgressLine {
  /** @param share 0 to 1 */
  update(share: number, text: string): void;
  /** Leaves `text` standing and ends the line. */
  end(text: string): void;
  /** Takes the line off the terminal. */
  clear(): void;
}

/** On standard error; where that is no terminal, a plain line every 30 s at most. */
export function progressLine(title: string): ProgressLine {
  let plainAt = performance.now();
  return {
    update(share, text) {
      if (stderr.isTTY) {
        const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
        const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
        stderr.write(`\r\x1b[2K${title} ${bar} ${text}`.slice(0, (stderr.columns ?? 100) + 4));
      } else if (performance.now() - plainAt > plainEverySeconds * 1000) {
        plainAt = performance.now();
        stderr.write(`${title} ${Math.round(share * 100)} % ${text}\n`);
      }
    },
    end(text) {
      stderr.write(`${stderr.isTTY ? '\r\x1b[2K' : ''}${title} ${text}\n`);
    },
    clear() {
      if (stderr.isTTY) stderr.write('\r\x1b[2K');
    },
  };
}

/** `75` as `1 min 15 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
