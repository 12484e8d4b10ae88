import { Title } from '@mantine/core';
export function Administration() {
  return <Title order={1}>…</Title>;
}
