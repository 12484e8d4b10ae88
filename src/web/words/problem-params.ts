import i18next from 'i18next';
import { saySentence } from './use-sentence.ts';

/** What fills an error's sentence, in the reader's language: the cloud gives kinds, states and verbs by their code, reasons in English. */
export function paramsInOwnLanguage(params: Readonly<Record<string, string | number>>): Record<string, string> {
  const kind = typeof params['kind'] === 'string' ? params['kind'] : 'instance';
  const verb = String(params['verb'] ?? '');
  const t = (key: string, otherwise: string): string => i18next.t(key, { defaultValue: otherwise });
  const state = (code: string) => t(`${kind}:states.${code}`, code);
  return Object.fromEntries(
    Object.entries(params).map(([name, given]) => {
      const value = String(given);
      switch (name) {
        case 'kind':
          return [name, t(`${value}:one`, value)];
        case 'state':
          return [name, state(value)];
        case 'verb':
          return [name, t(`${kind}:verbs.${value}.name`, t(`verbs.${value}`, value))];
        case 'allowed':
          return [
            name,
            value
              .split(/, | or /)
              .map(state)
              .join(', '),
          ];
        case 'hint':
          return [name, verb === '' ? saySentence(value) : t(`${kind}:verbs.${verb}.hint`, saySentence(value))];
        case 'users':
          return [name, value.split(' and ').map(saySentence).join(', ')];
        case 'reason':
        case 'detail':
        case 'problem':
        case 'field':
        case 'what':
        case 'whose':
        case 'contact':
        case 'projects':
          return [name, saySentence(value)];
        default:
          return [name, value];
      }
    }),
  );
}
