import { createHash } from 'node:crypto';
import { CloudError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { formatBytes } from '../../core/units.ts';
import { checkUserData } from './contextualization/check-user-data.ts';

/** The user-data of a request, checked; null when there is none. Throws USER_DATA_INVALID. */
export function readUserDataInput(text: string | undefined, base64: string | undefined): { content: Uint8Array; sha256: string } | null {
  if (text !== undefined && base64 !== undefined) {
    throw new CloudError('USER_DATA_INVALID', {
      problem: 'it is given twice, as text and as base64',
      hint: 'Send userData or userDataBase64, not both.',
    });
  }
  const content = text !== undefined ? Buffer.from(text, 'utf8') : base64 !== undefined ? decode(base64) : null;
  if (content === null || content.length === 0) return null;
  if (content.length > limits.userDataBytesMax) {
    throw new CloudError('USER_DATA_INVALID', {
      problem: `it has ${formatBytes(content.length)}, and ${formatBytes(limits.userDataBytesMax)} is the limit`,
      hint: 'Let it fetch the rest from somewhere, or gzip it.',
    });
  }
  const checked = checkUserData(content);
  if ('problem' in checked) throw new CloudError('USER_DATA_INVALID', { problem: checked.problem, hint: checked.hint });
  return { content, sha256: createHash('sha256').update(content).digest('hex') };
}

function decode(base64: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64))
    throw new CloudError('USER_DATA_INVALID', {
      problem: 'it is not base64',
      hint: 'Encode it with `base64 -w0 FILE`, or send it as text in userData.',
    });
  return Buffer.from(base64, 'base64');
}
