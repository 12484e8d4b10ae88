import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useForbidden } from '../../../web/cloud/access.ts';
import { MissingPage } from '../../../web/shell/missing-page.tsx';
import { useUser } from '../../../web/shell/session.tsx';
import { addWords } from '../../../web/words/index.ts';
import { instanceKind } from '../instance.ts';
import { launchWords } from '../launch.words.ts';
import { Following, type Made } from './launch/following.tsx';
import { LaunchForm } from './launch/form.tsx';
import { keptPart } from './launch/kept.ts';

addWords('launch', launchWords);

const route = getRouteApi('/launch');

/** One page from the wish for a machine to the line that logs in to it. */
export function Launch() {
  const { image } = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useTranslation();
  const user = useUser();
  const [made, setMade] = useState<Made | null>(() => readMade(keptPart(user.id, 'made').read()));
  // A reload goes on following; who leaves the page and comes back wants another machine.
  useEffect(() => {
    const kept = keptPart(user.id, 'made');
    kept.write(made === null ? null : JSON.stringify(made));
    return () => kept.write(null);
  }, [made, user.id]);
  const reason = useForbidden()(instanceKind, 'create', null);
  if (made !== null)
    return (
      <Following
        made={made}
        onAnother={() => {
          setMade(null);
          void navigate({ search: {}, replace: true });
        }}
      />
    );
  if (reason !== null) return <MissingPage title={t('launch:title')} text={reason} />;
  return <LaunchForm wantedImage={image} onMade={(instances, keyFile) => setMade({ ids: instances.map(({ id }) => id), keyFile })} />;
}

function readMade(text: string | null): Made | null {
  try {
    return JSON.parse(text ?? 'null') as Made | null;
  } catch {
    return null;
  }
}
