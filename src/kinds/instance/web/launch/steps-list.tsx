import { Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../../../web/cloud/contract.ts';
import { announce } from '../../../../web/widgets/announcer.tsx';
import { useFormat } from '../../../../web/words/format.ts';
import type { Instance } from '../../instance.ts';
import { isThere, stepNames, stepsOf, type Step } from './steps.ts';
import classes from './steps-list.module.css';
import { useReached, useSeconds } from './use-reached.ts';

/** How far a machine has come, step by step, with the seconds that each took. */
export function StepsList({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const steps = stepsOf(instance);
  const reached = useReached(instance);
  const seconds = useSeconds(isThere(instance));
  useAnnouncedSteps(instance, steps);
  const took = ({ name, is }: Step): string | null => {
    if (is === 'now') return t('launch:steps.seconds', { seconds: format.number(seconds) });
    const before = stepNames[stepNames.indexOf(name) - 1];
    const [from, to] = [before === undefined ? undefined : reached[before], reached[name]];
    if (is !== 'done' || from === undefined || to === undefined) return null;
    return t('launch:steps.seconds', { seconds: format.number(Math.max(0, to - from) / 1_000) });
  };
  return (
    <ol className={classes['steps']}>
      {steps.map((step) => (
        <li key={step.name} className={classes['step']} data-step={step.name} data-is={step.is} aria-current={step.is === 'now' ? 'step' : undefined}>
          <span className={classes['mark']}>
            <Mark is={step.is} />
          </span>
          <Text component="span" size="sm" fw={step.is === 'now' ? 600 : 400} {...(step.is === 'next' ? { c: 'dimmed' } : {})}>
            {t(`launch:steps.${step.name}.${step.is === 'done' ? 'done' : 'now'}`)}
          </Text>
          <Text component="span" size="xs" c="dimmed">
            {took(step)}
          </Text>
        </li>
      ))}
    </ol>
  );
}

function Mark({ is }: { is: Step['is'] }) {
  const { t } = useTranslation();
  switch (is) {
    case 'done':
      return <IconCircleCheckFilled size={22} color="light-dark(#087f5b, #38d9a9)" role="img" aria-label={t('launch:steps.is.done')} />;
    case 'now':
      return <Loader size={18} role="img" aria-label={t('launch:steps.is.now')} />;
    case 'next':
      return <IconCircleDashed size={22} className={classes['next']} role="img" aria-label={t('launch:steps.is.next')} />;
    case 'failed':
      return <IconAlertTriangle size={22} color="var(--mantine-color-error)" role="img" aria-label={t('launch:steps.is.failed')} />;
  }
}

/** Told once each, and nothing of what was done before somebody looked. */
function useAnnouncedSteps({ name }: Live<Instance>, steps: readonly Step[]): void {
  const { t } = useTranslation();
  const done = steps.filter(({ is }) => is === 'done').at(-1)?.name;
  const failed = steps.some(({ is }) => is === 'failed');
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    const now = failed ? 'failed' : done;
    if (before.current !== undefined && before.current !== now)
      announce(`${name}: ${failed ? t('launch:steps.is.failed') : t(`launch:steps.${done}.done`)}`);
    before.current = now;
  }, [name, done, failed, t]);
}
