import { expect, test } from 'vitest';
import { X509Method } from '../../../core/x509-method.ts';
import { LdapMethod } from '../../../core/ldap-method.ts';
import { OidcMethod } from '../../../core/oidc-method.ts';
import { settingsSchema } from '../../../auth/settings/schema.ts';
import { shownShape, type Shape as SettingsShape } from '../../../auth/settings/shape.ts';
import { fieldLabels } from './field-labels.ts';
import { frenchHelp } from './field-help.fr.ts';
import { freshOf, plain, sentOf, type Shape } from './shape.ts';

const shown = shownShape(settingsSchema([LdapMethod, OidcMethod, X509Method]) as SettingsShape) as Shape;
/** With an editor of their own, or none. */
const others = ['conditions', 'quotas', 'type', 'isSet'];

function* fields(shape: Shape, name = ''): Generator<{ name: string; description: string | undefined }> {
  if (others.includes(name)) return;
  const { description } = plain(shape).shape;
  // A list of choices, and limits by their number, need no more than their names.
  if (shape.properties === undefined || description !== undefined) yield { name, description };
  for (const branch of shape.anyOf ?? []) yield* fields(branch, name);
  if (shape.items !== undefined) yield* fields(shape.items);
  for (const [own, each] of Object.entries(shape.properties ?? {})) yield* fields(each, own);
}

test('every field of the settings has a name in both languages, and its explanation in French', () => {
  const all = [...fields(shown)].filter(({ name }) => !['', 'methods', 'mail'].includes(name));
  expect(all.map(({ name }) => name).filter((name) => !(name in fieldLabels))).toEqual([]);
  const explained = all.flatMap(({ description = '' }) => (/^$|no limit\.$|Sent back as it is/.test(description) ? [] : [description]));
  expect([...new Set(explained)].filter((each) => !(each in frenchHelp))).toEqual([]);
});

test('what is left empty is sent as none, and a secret that nobody touched as it was shown', () => {
  const mail = plain(shown.properties?.['mail'] ?? {}).shape;
  const fresh = freshOf(mail);
  expect(fresh).toMatchObject({ port: 587, security: 'starttls', user: null, password: { isSet: false } });
  expect(sentOf(mail, { ...fresh, host: 'mail.example.org', port: '', user: '', password: { isSet: true } })).toEqual({
    host: 'mail.example.org',
    security: 'starttls',
    user: null,
    password: { isSet: true },
    from: '',
  });
});
