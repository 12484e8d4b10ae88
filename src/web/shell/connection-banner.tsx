import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../cloud/cloud.tsx';
import { useFormat } from '../words/format.ts';

/** A restart of the control plane takes a second or two: nobody needs to hear of that. */
const tellAfterMs = 1_500;

/** Says when what is shown may be old. Nothing to click: the page comes back by itself. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const format = useFormat();
  const connection = useConnection();
  const [isTold, setTold] = useState(false);
  useEffect(() => {
    if (connection.is === 'live') {
      setTold(false);
      return undefined;
    }
    const timer = setTimeout(() => setTold(true), tellAfterMs);
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <div role="status" aria-live="polite">
      {isTold && connection.is === 'down' && (
        <Alert color="orange" mb="md" icon={<IconPlugConnectedX />} title={t('connection.lost')}>
          {t('connection.old', { since: format.clock(connection.sinceMs) })}
        </Alert>
      )}
    </div>
  );
}
