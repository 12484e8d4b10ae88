import { randomKey } from '../../../../web/widgets/form/idempotency-key.ts';

/**
 * What must outlive a reload of this window: the draft, the key of the request that may have been sent already, what was
 * made. For each user of the window apart; gone with the log-out or the window. A browser that keeps nothing loses only this.
 */
export function keptPart(userId: string, part: 'draft' | 'sent' | 'made') {
  const name = `stratus.launch.${part}.${userId}`;
  return {
    read(): string | null {
      try {
        return sessionStorage.getItem(name);
      } catch {
        return null;
      }
    },
    write(text: string | null): void {
      try {
        if (text === null) sessionStorage.removeItem(name);
        else sessionStorage.setItem(name, text);
      } catch {
        // Full or forbidden.
      }
    },
  };
}

/** The same content has the same key until it was answered with yes: a lost answer, a double click, a reload make nothing twice. */
export function keyFor(content: string, userId: string): string {
  const kept = keptPart(userId, 'sent');
  const [key = '', sent] = splitOnce(kept.read() ?? '');
  if (sent === content && key !== '') return key;
  const fresh = randomKey();
  kept.write(`${fresh}\n${content}`);
  return fresh;
}

/** The content of a request that was sent and of which nobody knows yet what came of it; null: there is none. */
export function unanswered(userId: string): string | null {
  return splitOnce(keptPart(userId, 'sent').read() ?? '')[1] ?? null;
}

function splitOnce(text: string): string[] {
  const at = text.indexOf('\n');
  return at < 0 ? [] : [text.slice(0, at), text.slice(at + 1)];
}
