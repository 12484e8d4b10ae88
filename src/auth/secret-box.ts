import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** Keeps texts in the store that only who has the key can read, and nobody can change unseen: AES-256-GCM. */
export class SecretBox {
  readonly #key: Buffer;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new Error('the key of a secret box has 32 bytes');
    this.#key = key;
  }

  /** One that is forgotten with the process: for clouds that live no longer. */
  static forThisProcess(): SecretBox {
    return new SecretBox(randomBytes(32));
  }

  /** `v1.<nonce>.<sealed>`, base64url. Sealed twice, a text looks different. It opens only for the same `place`. */
  seal(plain: string, place = ''): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [version, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** Throws for what was sealed with another key or for another place, or is not as it was sealed. */
  open(sealed: string, place = ''): string {
    const [form, nonceText = '', text = ''] = sealed.split('.');
    const [nonce, bytes] = [Buffer.from(nonceText, 'base64url'), Buffer.from(text, 'base64url')];
    if (form !== version || nonce.length !== nonceBytes || bytes.length < tagBytes) throw new Error('this was not sealed by this cloud');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      return decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new Error('a secret of the store does not open: it was sealed with another key, or was changed', { cause });
    }
  }
}
