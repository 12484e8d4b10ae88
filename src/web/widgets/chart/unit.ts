import { useTranslation } from 'react-i18next';
import { useFormat } from '../../words/format.ts';

/** `share`: of 1, told in percent. */
export type Unit = 'share' | 'bytes' | 'bytesPerSecond' | 'perSecond';

/** A value with its unit, in the reader's manner. */
export function useUnit(): (unit: Unit, value: number | null) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (unit, value) => {
    if (value === null) return '–';
    switch (unit) {
      case 'share':
        return format.percent(value);
      case 'bytes':
        return format.bytes(value);
      case 'bytesPerSecond':
        return t('metrics:perSecond', { value: format.bytes(value) });
      case 'perSecond':
        return t('metrics:perSecond', { value: format.number(value) });
    }
  };
}
