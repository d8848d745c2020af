import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { raise } from '../../../../src/result.ts';
import type { Precision, Provider } from '../../../../src/runtime/runtime.ts';
import { type Timing, timingOf } from '../measure.ts';
import type { Transfers } from './transfers.ts';

/** A process that does one step for each line that it is told; see steps-child.ts and torch_steps.py. */
export interface Stepper {
  readonly opened: Opened;
  /** Does a step and tells its seconds and the memory of the process so far. */
  step(): Promise<StepTold>;
  end(): Promise<void>;
}

export interface Opened {
  readonly openSeconds: number;
  /** What it runs on and in, where it is ours. */
  readonly provider?: Provider;
  readonly precision?: Precision;
}

export interface StepTold {
  readonly seconds: number;
  /** Most memory resident so far. */
  readonly peakBytes: number;
  /** Most memory on the GPU; ours is only told well while no one else uses it. */
  readonly peakGpuBytes?: number;
  readonly transfers?: Transfers;
}

export interface SteppedTiming extends Timing, Opened, Omit<StepTold, 'seconds'> {
  /** The first step, in which memory is allocated and kernels are chosen, and the one after it. */
  readonly firstSeconds: number;
  readonly secondSeconds: number;
}

/** Starts a stepper and waits until it is open. Raises 'engine-down' with the last line of its complaint where it is not. */
export async function startStepper(
  command: string,
  parameters: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Stepper> {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(command, parameters, {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-10_000);
  });
  child.stdin.on('error', () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)));
  const hear = async <T>(): Promise<T> => {
    const heard = await Promise.race([lines.next(), failed]);
    if (heard !== undefined && !heard.done) return JSON.parse(heard.value) as T;
    const reason = complaint.trim().split('\n').at(-1) ?? '';
    return raise('engine-down', `${command} ended without a result. ${reason}`);
  };
  return {
    opened: await hear<Opened>(),
    step() {
      child.stdin.write('step\n');
      return hear<StepTold>();
    },
    async end() {
      if (child.exitCode !== null) return;
      const closed = once(child, 'close');
      child.stdin.end('end\n');
      await closed;
    },
  };
}

/**
 * Has steppers do their steps in turns, so that a machine that slows down slows all of them, and ends them. Each is started when those
 * before it have done their first step, so that what the first holds of a GPU is told without the others.
 * @param runs turns of each
 * @param start for each stepper what starts it, given those before it
 * @param turnSeconds a turn lasts at least so long: a GPU does several steps one after another in it, as in a teach, a CPU one
 */
export async function timeSteppers(
  runs: number,
  start: readonly ((earlier: readonly Stepper[]) => Promise<Stepper>)[],
  turnSeconds = 0.5,
): Promise<readonly SteppedTiming[]> {
  const steppers: Stepper[] = [];
  const told: StepTold[][] = [];
  try {
    for (const starting of start) {
      const stepper = await starting(steppers);
      steppers.push(stepper);
      told.push([await stepper.step()]);
    }
    for (let run = 0; run < runs; run++) {
      for (const [index, stepper] of steppers.entries()) {
        const until = performance.now() + 1000 * turnSeconds;
        do told[index]?.push(await stepper.step());
        while (performance.now() < until);
      }
    }
  } finally {
    await Promise.all(steppers.map((stepper) => stepper.end()));
  }
  return steppers.map(({ opened }, index) => steppedTiming(opened, told[index] as StepTold[]));
}

function steppedTiming(opened: Opened, [first, ...rest]: readonly StepTold[]): SteppedTiming {
  const { seconds: firstSeconds, peakGpuBytes, transfers } = first as StepTold;
  const seconds = rest.map((told) => told.seconds);
  return {
    ...opened,
    ...timingOf(seconds),
    firstSeconds,
    secondSeconds: seconds[0] as number,
    peakBytes: rest.at(-1)?.peakBytes ?? 0,
    ...(peakGpuBytes !== undefined && { peakGpuBytes }),
    ...(transfers !== undefined && { transfers }),
  };
}
