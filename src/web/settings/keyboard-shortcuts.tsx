import { Card, Group, Kbd, Table, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Each way in turn; a key that has a name of its own in the reader's language by that. */
const shortcuts = {
  search: [['ctrl', 'K']],
  slash: [['/']],
  arrows: [['↑'], ['↓'], ['←'], ['→']],
  open: [['enter']],
  select: [['space']],
  ends: [['home'], ['end']],
  escape: [['escape']],
} as const;

export function KeyboardShortcuts() {
  const { t } = useTranslation();
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="keys-title">
      <Title order={2} id="keys-title" mb="sm">
        {t('settings:keys.title')}
      </Title>
      <Table verticalSpacing={8} horizontalSpacing={0} withRowBorders={false}>
        <Table.Tbody>
          {Object.entries(shortcuts).map(([what, ways]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={400}>
                {t(`settings:keys.${what}`)}
              </Table.Th>
              <Table.Td>
                <Group gap={6} justify="end" wrap="nowrap">
                  {ways.map((way) => (
                    <Group key={way.join()} gap={3} wrap="nowrap">
                      {way.map((key) => (
                        <Kbd key={key} size="sm">
                          {t(`settings:keys.keys.${key}`, { defaultValue: key })}
                        </Kbd>
                      ))}
                    </Group>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
