import { h } from './dom.ts';

/** Takes pictures dropped anywhere on the page, or pasted into it. */
export function acceptDrops(take: (files: readonly File[]) => void): void {
  const sign = h('div', { class: 'drop', 'aria-hidden': 'true' }, 'Drop the pictures to send them');
  document.body.append(sign);
  let depth = 0;

  function mark(by: number): void {
    depth = Math.max(0, depth + by);
    sign.classList.toggle('open', depth > 0);
  }

  addEventListener('dragenter', (event) => hasFiles(event.dataTransfer) && mark(1));
  addEventListener('dragleave', (event) => hasFiles(event.dataTransfer) && mark(-1));
  addEventListener('dragover', (event) => hasFiles(event.dataTransfer) && event.preventDefault());
  addEventListener('drop', (event) => {
    mark(-depth);
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    take([...event.dataTransfer!.files]);
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
}

function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') ?? false;
}
