import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { webKinds } from '../kinds/web.ts';
import { App } from './shell/app.tsx';
import { errorWords } from './words/errors.ts';
import { formWords } from './words/form.ts';
import { listWords } from './words/list.ts';
import { shellWords } from './words/shell.ts';
import { startWords } from './words/index.ts';
import { allowOwnStyles, nonce } from './theme/nonce.ts';
import { theme, variables } from './theme/theme.ts';

startWords({
  shell: shellWords,
  error: errorWords,
  list: listWords,
  form: formWords,
  ...Object.fromEntries(webKinds.map(({ kind, words }) => [kind.name, words])),
});

allowOwnStyles();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" />
      <App />
    </MantineProvider>
  </StrictMode>,
);
