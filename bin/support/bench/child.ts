/** Measures one thing and sends what it found to the parent. Forked by run.ts. */
import { attempt } from '../../../src/result.ts';
import type { Measure, MeasureOptions } from './measure.ts';

const [name = '', options = '{}'] = process.argv.slice(2);
const { default: measure }: { default: Measure } = await import(`./measures/${name}.ts`);
process.send?.(await attempt(() => measure(JSON.parse(options) as MeasureOptions)), () => process.exit(0));
