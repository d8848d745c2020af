import { ProblemError } from './result.ts';

/** What is wrong with an address to listen on, by Node's code, naming the settings that say it; anything else stays as it is. */
export function explainedListening(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  names: { readonly host: string; readonly port: string } = { host: 'HOST', port: 'PORT' },
): Error {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is in use already. Stop what uses it, or set ${names.port} to another.`,
    EADDRNOTAVAIL: `${host} is no address of this machine. Set ${names.host} to one of its own, such as 127.0.0.1.`,
    ENOTFOUND: `The host name ${host} is not known here. Set ${names.host} to an address of this machine, such as 127.0.0.1.`,
    EACCES: `This user may not listen on port ${port}. Set ${names.port} to a number over 1023, such as 3000.`,
  };
  const message = sentences[error.code ?? ''];
  return message === undefined ? error : new ProblemError({ code: 'invalid-option', message });
}
