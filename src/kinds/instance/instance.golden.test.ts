import { expect, test } from 'vitest';
import { initialObserved } from '../../core/schema.ts';
import { isoTime } from '../../ports/clock.ts';
import { instanceOf, noonMs } from './instance.fixture.ts';
import { ModelHost } from './instance.plan-model.fixture.ts';
import { restsByPolicy } from './instance.plan.ts';
import { instanceState } from './instance.state.ts';
import type { Instance, InstanceSpec } from './instance.ts';

/** One life as it is planned, state by state; read it before you accept a change of it. */
test('a life: create, run, power cut, restart, stop, start, suspend, resume, delete', async () => {
  const lines: string[] = [];
  const host = new ModelHost(noonMs);
  let instance = instanceOf();

  const told = (waiting: string | null): Instance => {
    const seen = host.observe();
    const { domain } = seen;
    return {
      ...instance,
      status: {
        ...initialObserved,
        seen: {
          domain: domain?.state ?? null,
          bootSerial: domain?.bootSerial ?? 0,
          hasSavedState: domain?.hasSavedState ?? false,
          rests: restsByPolicy(instance, seen, host.memory),
          agentConnected: false,
          reachableSince: null,
          startedAt: null,
          restarts: host.memory.restarts,
        },
        failure: null,
        gone: false,
        hostLostSince: null,
        waitingFor: waiting === null ? null : { code: '', reason: waiting, owner: 'host', since: '', deadline: null, next: '' },
      },
    };
  };

  const live = (): void => {
    for (let rounds = 0; rounds < 20; rounds++) {
      const plan = host.plan(instance);
      const actions = plan.actions.map((action) =>
        'bootSerial' in action ? `${action.do} boot ${action.bootSerial}${action.isRestart ? ' again' : ''}` : action.do,
      );
      const waiting =
        plan.waitingFor === null
          ? null
          : `${plan.waitingFor.reason}${plan.waitingFor.deadline === null ? '' : ` until ${plan.waitingFor.deadline.slice(11, 19)}`}; then ${plan.waitingFor.next}`;
      const does = actions.length > 0 ? `does ${actions.join(', ')}: ${waiting}` : waiting === null ? 'rests' : `waits: ${waiting}`;
      lines.push(`${isoTime(host.nowMs).slice(11, 19)}  ${instanceState(told(waiting)).padEnd(10)}  ${does}`);
      for (const action of plan.actions) host.act(action);
      if (plan.actions.length > 0) continue;
      if (plan.wakeAfterMs === null) return;
      host.pass(plan.wakeAfterMs);
    }
  };
  const happens = (what: string): void => {
    host.pass(60_000);
    lines.push('', `— ${what}`);
  };
  const ask = (what: string, spec: Partial<InstanceSpec>, deletedAt: string | null = null): void => {
    happens(what);
    instance = { ...instance, generation: instance.generation + 1, deletedAt, spec: { ...instance.spec, ...spec } };
    host.hear();
    live();
  };

  lines.push('— it is created');
  live();
  happens('its host loses power and comes back');
  host.powerCut();
  live();
  ask('stop', { power: 'stopped' });
  ask('start', { power: 'running', bootSerial: 2 });
  ask('suspend', { power: 'suspended' });
  happens('its host loses power and comes back');
  host.powerCut();
  live();
  ask('resume', { power: 'running' });
  ask('pause', { power: 'paused' });
  host.guestTakesMs = null;
  ask('stop, and the guest does not listen', { power: 'stopped', stopTimeoutSeconds: 7 });
  ask('start', { power: 'running', bootSerial: 3 });
  ask('delete', {}, isoTime(host.nowMs));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('instance.golden.txt');
});
