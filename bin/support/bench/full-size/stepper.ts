import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { raise } from '../../../../src/result.ts';
import { type Timing, timingOf } from '../measure.ts';

/** A process that does one step for each line that it is told; see steps-child.ts and pytorch.py. */
export interface Stepper {
  readonly openSeconds: number;
  /** Does a step and tells its seconds and the memory of the process so far. */
  step(): Promise<StepTold>;
  end(): Promise<void>;
}

export interface StepTold {
  readonly seconds: number;
  /** Most memory resident so far. */
  readonly peakBytes: number;
  readonly peakGpuBytes?: number;
}

export interface SteppedTiming extends Timing {
  readonly openSeconds: number;
  /** The first step, in which memory is allocated and kernels are chosen. */
  readonly firstSeconds: number;
  readonly peakBytes: number;
  readonly peakGpuBytes?: number;
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
  const { openSeconds } = await hear<{ openSeconds: number }>();
  return {
    openSeconds,
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

/** Has steppers do their steps in turn, so that a machine that slows down slows all of them, and ends them. */
export async function timeSteppers(
  runs: number,
  steppers: readonly Stepper[],
): Promise<readonly SteppedTiming[]> {
  const told = steppers.map((): StepTold[] => []);
  for (let run = -1; run < runs; run++) {
    for (const [index, stepper] of steppers.entries()) told[index]?.push(await stepper.step());
  }
  await Promise.all(steppers.map((stepper) => stepper.end()));
  return steppers.map(({ openSeconds }, index) => {
    const [first, ...rest] = told[index] as [StepTold, ...StepTold[]];
    const { peakBytes, peakGpuBytes } = rest.at(-1) ?? first;
    return {
      ...timingOf(rest.map(({ seconds }) => seconds)),
      openSeconds,
      firstSeconds: first.seconds,
      peakBytes,
      ...(peakGpuBytes !== undefined && { peakGpuBytes }),
    };
  });
}
