/**
 * The variables that an engine process gets of this one's: what finds programs, libraries and places for files, what libraries that
 * compute are set with, and the engine's own settings. Nothing else, and so no token, key or address with a password: the engine parses
 * weights and pictures that come from people, and asks nobody for anything. `NODE_OPTIONS` goes along, as limits of memory are
 * set there for all of Keepsake's processes.
 */
export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(own).filter(([name]) => isPassed(name.toUpperCase())));
}

const passed: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'LANGUAGE', 'TZ', 'NODE_ENV', 'NODE_OPTIONS', 'UV_THREADPOOL_SIZE'],
  ...['LD_LIBRARY_PATH', 'LD_PRELOAD', 'DYLD_LIBRARY_PATH', 'GLIBC_TUNABLES'],
  ...['SYSTEMROOT', 'WINDIR', 'USERPROFILE', 'TEMP', 'TMP'],
  ...['PROVIDER', 'PRECISION', 'RECOMPUTE', 'THREADS', 'GPU', 'PICTURES_AT_ONCE', 'CONCEPT_CACHE_BYTES'],
]);

const families = /^(LC_|MALLOC_|VIPS_|CUDA|CUDNN|CUBLAS|NVIDIA|ORT|OMP|KMP_|GOMP_|MKL_|OPENBLAS_)/;
/** `NVIDIA_API_KEY` is none of the engine's business. */
const secret = /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH/;

function isPassed(name: string): boolean {
  return passed.has(name) || (families.test(name) && !secret.test(name));
}
