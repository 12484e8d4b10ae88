import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { quotaNames, type QuotaName } from '../../../../core/quota.ts';
import type { Problem } from '../../../../web/cloud/client.ts';
import { ProblemText, RequestId } from '../../../../web/widgets/problem.tsx';
import { amountText } from '../../../../web/widgets/quota/amounts.ts';
import { useFormat } from '../../../../web/words/format.ts';
import { addWords } from '../../../../web/words/index.ts';
import { quotaWords } from '../../../../web/words/quota.ts';

addWords('quota', quotaWords);

const rows = ['used', 'asked', 'limit'] as const;

/** Why something is refused; of a quota: what is used, what this asks for and what may be, and whom to ask for more. */
export function RefusalText({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { quota, whose = '', contact = '' } = problem.params;
  if (problem.code !== 'QUOTA_EXCEEDED' || !isQuotaName(quota)) return <ProblemText problem={problem} />;
  const [, project] = /^project (.*)$/.exec(String(whose)) ?? [];
  const mail = String(contact).includes('@') ? String(contact) : null;
  const what = t(`quota:names.${quota}`);
  return (
    <Stack gap={6} data-quota={quota}>
      <Text size="sm" fw={550}>
        {project === undefined ? t('quota:refused.user', { what }) : t('quota:refused.project', { what, name: project })}
      </Text>
      <Table verticalSpacing={2} horizontalSpacing={0} withRowBorders={false} aria-label={what}>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row}>
              <Table.Th scope="row" fw={400}>
                {t(`quota:refused.${row}`)}
              </Table.Th>
              <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
                {amountText(format, quota, Number(problem.params[row]))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm">
        {mail === null ? (
          t('quota:refused.remedy')
        ) : (
          <>
            {t('quota:refused.remedyMail')} <a href={`mailto:${mail}`}>{mail}</a>
          </>
        )}
      </Text>
      <RequestId problem={problem} />
    </Stack>
  );
}

function isQuotaName(value: unknown): value is QuotaName {
  return (quotaNames as readonly unknown[]).includes(value);
}
