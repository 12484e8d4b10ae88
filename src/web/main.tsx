import 'virtual:mantine.css';
import '@mantine/notifications/styles.css';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { webKinds } from '../kinds/web.ts';
import { App } from './shell/app.tsx';
import { errorWords } from './words/errors.ts';
import { formWords } from './words/form.ts';
import { listWords } from './words/list.ts';
import { metricsWords } from './words/metrics.ts';
import { shareWords } from './words/share.ts';
import { shellWords } from './words/shell.ts';
import { startWords } from './words/index.ts';
import { allowOwnStyles } from './theme/nonce.ts';
import { Themed } from './theme/themed.tsx';

startWords({
  shell: shellWords,
  error: errorWords,
  list: listWords,
  form: formWords,
  metrics: metricsWords,
  share: shareWords,
  ...Object.fromEntries(webKinds.map(({ kind, words }) => [kind.name, words])),
});

allowOwnStyles();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Themed>
      <Notifications position="bottom-right" />
      <App />
    </Themed>
  </StrictMode>,
);
