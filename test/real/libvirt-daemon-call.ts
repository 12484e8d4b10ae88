// One call of the daemon's API in a process of its own: VERB HOME [ARGUMENT…]; prints the answer as JSON.
import { ensureLibvirt, libvirtStatus, stopLibvirt } from '../../src/drivers/libvirt/daemon.ts';

const [verb, homeDir = '', argument, timeoutMs = '60000'] = process.argv.slice(2);

async function answer(): Promise<unknown> {
  if (verb === 'ensure') return ensureLibvirt({ homeDir, accelerator: argument === 'tcg' ? 'tcg' : 'kvm', answerTimeoutMs: Number(timeoutMs) });
  if (verb === 'status') return libvirtStatus(homeDir);
  if (verb === 'stop') return stopLibvirt(homeDir, { guests: argument === 'kill' || argument === 'leave' ? argument : 'refuse' });
  throw new Error(`not a verb: ${verb}`);
}

console.log(JSON.stringify((await answer()) ?? null));
