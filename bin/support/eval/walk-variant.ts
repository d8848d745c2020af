import { type JobContext, type Listener, type VariantJob, variantFolder } from './job.ts';
import { type WalkTools, walk } from './walk.ts';

/** Teaches and measures what a variant of an ablation changes, from where an earlier run stopped. */
export async function walkVariant(
  { label, lesson, ...job }: VariantJob,
  tools: WalkTools,
  context: JobContext,
  listener: Listener,
): Promise<void> {
  const folder = variantFolder(context.out, job);
  await walk({ title: label, folder, order: 1, lesson }, tools, context, listener);
}
