import { ForgotPassword } from './forgot-password.tsx';
import { Register } from './register.tsx';
import { LinkOfMail } from './link-of-mail.tsx';

const pages = { '/register': Register, '/forgot-password': ForgotPassword, '/link': LinkOfMail } as const;

/** Pages that act for whoever has the page's address, logged in or not. */
export function PublicPage({ path }: { path: keyof typeof pages }) {
  const Page = pages[path];
  return <Page />;
}
