import { Button, Group as Row, Stack, TagsInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { CloudProblem } from '../../../web/cloud/client.ts';
import { useRequests } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { announce } from '../../../web/widgets/announcer.tsx';
import { useUnsaved } from '../../../web/widgets/form/unsaved.ts';
import { useProblem } from '../../../web/widgets/form/use-problem.ts';
import { useNamesOf } from '../../../web/widgets/principal-input.tsx';
import { ProblemAlert } from '../../../web/widgets/problem.tsx';
import { groupKind, type Group } from '../group.ts';

/** What may stand between names that are pasted. */
const separators = [',', ';', ' ', '\n', '\t'];
const namesIn = (texts: readonly string[]) => [...new Set(texts.flatMap((text) => text.split(/[,;\s]+/)))].filter((name) => name !== '');

/** Several names at once: all of them get in, or none and the reason is told. */
export function AddMembers({ group }: { group: Live<Group> }) {
  const { t } = useTranslation();
  const requests = useRequests(groupKind);
  const [users, setUsers] = useState<string[]>([]);
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useProblem();
  const names = useNamesOf('user', typed !== '');
  const isIn = new Set(group.spec.members.map(({ name }) => name));
  useUnsaved(users.length > 0);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // What was typed and not yet made a tag is meant too.
    const all = namesIn([...users, typed]);
    if (all.length === 0 || isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await requests.run(group, 'add-members', { users: all });
      announce(t('group:members.added', { count: all.length }));
      setUsers([]);
      setTyped('');
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="xs">
        <Row align="end" gap="xs">
          <TagsInput
            label={t('group:members.add')}
            description={t('group:members.addHelp')}
            value={users}
            // Left with several names in it, it takes them for one.
            onChange={(values) => setUsers(namesIn(values))}
            searchValue={typed}
            onSearchChange={setTyped}
            data={names.filter((name) => !isIn.has(name))}
            limit={20}
            splitChars={separators}
            acceptValueOnBlur
            flex="1 1 240px"
          />
          <Button type="submit" loading={isBusy}>
            {t('group:members.addDo')}
          </Button>
        </Row>
        <ProblemAlert problem={problem} />
      </Stack>
    </form>
  );
}
