import { MantineProvider, Modal, Notification, mergeThemeOverrides } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nonce } from './nonce.ts';
import { theme, variables } from './theme.ts';

/** The theme, with what Mantine itself says in the reader's language. */
export function Themed({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const close = t('close');
  const own = useMemo(
    () =>
      mergeThemeOverrides(theme, {
        components: {
          // A dialog's title bar is a <header>, but not the banner of the page.
          Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': close }, attributes: { header: { role: 'presentation' } } } }),
          Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': close } } }),
        },
      }),
    [close],
  );
  return (
    <MantineProvider theme={own} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      {children}
    </MantineProvider>
  );
}
