import { Text } from '@mantine/core';
import { useId, type CSSProperties, type ReactNode } from 'react';
import classes from './choice-cards.module.css';

export interface Choice {
  readonly value: string;
  readonly title: string;
  /** What stands below the title. */
  readonly body: ReactNode;
  /** It cannot be chosen: shown greyed; `body` says why. */
  readonly isOff?: boolean;
}

interface Props {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  readonly error?: string | null | undefined;
  /** CSS width that a card has at least. */
  readonly width?: string;
}

/** One of several, a card each: native radio buttons, with the keys that people know from them. */
export function ChoiceCards({ label, choices, value, onChange, error = null, width }: Props) {
  const id = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      aria-describedby={error === null ? undefined : `${id}-error`}
      aria-invalid={error !== null || undefined}
    >
      <div className={classes['cards']} style={width === undefined ? undefined : ({ '--card-width': width } as CSSProperties)}>
        {choices.map((choice, index) => (
          <label key={choice.value} className={classes['card']} data-off={choice.isOff || undefined}>
            <input
              className={classes['mark']}
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              disabled={choice.isOff === true}
              aria-labelledby={`${id}-${index}`}
              aria-describedby={`${id}-${index}-body`}
              onChange={() => onChange(choice.value)}
            />
            <span className={classes['body']}>
              <span className={classes['title']} id={`${id}-${index}`}>
                {choice.title}
              </span>
              <span id={`${id}-${index}-body`}>{choice.body}</span>
            </span>
          </label>
        ))}
      </div>
      {error !== null && (
        <Text id={`${id}-error`} size="sm" c="var(--mantine-color-error)" mt={6}>
          {error}
        </Text>
      )}
    </div>
  );
}
