import { Autocomplete, type AutocompleteProps } from '@mantine/core';
import { groupKind } from '../../kinds/group/group.ts';
import { projectKind } from '../../kinds/project/project.ts';
import { userKind } from '../../kinds/user/user.ts';
import { useList } from '../cloud/cloud.tsx';

const kinds = { user: userKind, group: groupKind, project: projectKind };
export type PrincipalKind = keyof typeof kinds;

/** More are found by typing on. */
const shownMax = 20;

/** The name of a person, a group or a project: those that the reader knows are offered, any other can be typed. */
export function PrincipalInput({ kind, except = [], ...input }: AutocompleteProps & { kind: PrincipalKind; except?: readonly string[] }) {
  const names = useNamesOf(kind, (input.value ?? '') !== '').filter((name) => !except.includes(name));
  return <Autocomplete data={names} limit={shownMax} autoComplete="off" autoCapitalize="none" spellCheck={false} {...input} />;
}

/** People are read when somebody begins to type: there may be thousands. */
export function useNamesOf(kind: PrincipalKind, isTyping: boolean): readonly string[] {
  const { items = [] } = useList(kinds[kind], { isWanted: kind !== 'user' || isTyping });
  return items.map(({ name }) => name);
}
