import { Badge, Button, Card, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconKey, IconPackage, IconRocket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { imageKind } from '../../kinds/image/image.ts';
import { sshKeyKind } from '../../kinds/ssh-key/ssh-key.ts';
import { webKindByPlural } from '../../kinds/web.ts';
import { useList } from '../cloud/cloud.tsx';
import type { AnyWebKind } from '../web-kind.ts';
import classes from './overview.module.css';

/** Nothing runs yet: how one comes to a machine. */
export function FirstUse() {
  const { t } = useTranslation();
  const { items: keys = [] } = useList(sshKeyKind);
  const { items: images = [] } = useList(imageKind);
  const ready = images.filter((image) => image.state === 'available').length;
  const isComing = images.some((image) => image.state === 'importing');
  return (
    <Card withBorder padding="xl" maw={760}>
      <Title order={2} fz="1.4rem">
        {t('overview:first.title')}
      </Title>
      <Text c="dimmed" mb="md">
        {t('overview:first.says')}
      </Text>
      <ol style={{ margin: 0, padding: 0, listStyle: 'none' }}>
        <Step icon={IconKey} title={t('overview:first.key')} says={t('overview:first.keySays')} isDone={keys.length > 0}>
          <StepButton plural="ssh-keys" label={t('overview:first.keyDo')} isMain={keys.length === 0} />
        </Step>
        <Step
          icon={IconPackage}
          title={t('overview:first.image')}
          says={
            ready > 0 ? t('overview:first.imageDone', { count: ready }) : isComing ? t('overview:first.imageComes') : t('overview:first.imageSays')
          }
          isDone={ready > 0}
        >
          <StepButton plural="images" label={t('overview:first.imageDo')} isMain={ready === 0 && keys.length > 0} />
        </Step>
        <Step icon={IconRocket} title={t('overview:first.launch')} says={t('overview:first.launchSays')} isDone={false}>
          <Button
            variant={ready > 0 ? 'filled' : 'default'}
            leftSection={<IconRocket size={16} />}
            renderRoot={(props) => <Link to="/launch" {...props} />}
          >
            {t('overview:first.launchDo')}
          </Button>
        </Step>
      </ol>
    </Card>
  );
}

interface StepProps {
  readonly icon: AnyWebKind['icon'];
  readonly title: string;
  readonly says: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}

function Step({ icon: Icon, title, says, isDone, children }: StepProps) {
  const { t } = useTranslation();
  return (
    <li className={classes['step']}>
      <ThemeIcon size={44} radius="xl" variant="light" color={isDone ? 'teal' : 'cyan'} aria-hidden>
        {isDone ? <IconCheck size={24} /> : <Icon size={24} stroke={1.5} />}
      </ThemeIcon>
      <Stack gap={4} align="start" flex={1}>
        <Text fw={600} component="h3" m={0}>
          {title}{' '}
          {isDone && (
            <Badge color="teal" variant="light" tt="none">
              {t('overview:first.done')}
            </Badge>
          )}
        </Text>
        <Text size="sm" c="dimmed" mb={4}>
          {says}
        </Text>
        {children}
      </Stack>
    </li>
  );
}

/** To where one of a kind is made; nothing where that is not possible on the page. */
function StepButton({ plural, label, isMain }: { plural: string; label: string; isMain: boolean }) {
  const web = webKindByPlural(plural);
  if (web === undefined || web.create === null) return null;
  return (
    <Button variant={isMain ? 'filled' : 'default'} renderRoot={(props) => <Link to="/$plural/new" params={{ plural }} {...props} />}>
      {label}
    </Button>
  );
}
