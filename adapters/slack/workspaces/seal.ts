import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps small secrets so that only who has the key can read them, and only under the name they were sealed for. */
export interface Seal {
  /** Base64 of nonce (12 bytes), tag (16 bytes) and what was encrypted. */
  close(name: string, words: string): string;
  /** Undefined where it was sealed with another key or for another name, or is damaged. */
  open(name: string, sealed: string): string | undefined;
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM (NIST SP 800-38D) with a random nonce; the name is the additional data. @param key 32 bytes */
export function createSeal(key: Uint8Array): Seal {
  return {
    close(name, words) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
      const encrypted = Buffer.concat([cipher.update(words, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64');
    },
    open(name, sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes.length < nonceBytes + tagBytes) return undefined;
      const nonce = bytes.subarray(0, nonceBytes);
      const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
      try {
        const options = { authTagLength: tagBytes };
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, options)
          .setAAD(Buffer.from(name))
          .setAuthTag(tag);
        return (
          decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        return undefined;
      }
    },
  };
}

/** Another key for another purpose, which tells nothing of this one: HKDF (RFC 5869) with SHA-256. */
export function derivedSecret(key: Uint8Array, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', key, new Uint8Array(), purpose, 32)).toString('base64');
}
