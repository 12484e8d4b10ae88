import { useTranslation } from 'react-i18next';
import type { Field } from './fields.ts';

/**
 * What a field is called and how it is explained: in the kind's words, else in those of all forms, else by
 * the schema in English.
 */
export function useFieldWords(kind: string) {
  const { t } = useTranslation();
  const find = (keys: string[], otherwise: string): string => t(keys, { defaultValue: otherwise });
  return ({ name, pattern, description = '' }: Pick<Field, 'name' | 'pattern' | 'description'>) => {
    const common = name === 'name' && pattern?.includes('.-') === true ? 'dottedName' : name;
    return {
      label: find([`${kind}:fields.${name}.label`, `form:fields.${common}.label`], spoken(name)),
      help: find([`${kind}:fields.${name}.help`, `form:fields.${common}.help`], description),
      optionLabel: (option: string) => find([`${kind}:fields.${name}.options.${option}`], option),
    };
  };
}

/** `stopTimeoutSeconds` → `Stop timeout seconds`. */
function spoken(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
