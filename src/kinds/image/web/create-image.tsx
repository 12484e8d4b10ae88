import { Autocomplete, Input, SegmentedControl, Switch } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useForbidden } from '../../../web/cloud/access.ts';
import { useUser } from '../../../web/shell/session.tsx';
import { CreateForm } from '../../../web/widgets/create-form.tsx';
import { fieldsOf, type Field } from '../../../web/widgets/form/fields.ts';
import { bodyOf, textOf, type Values } from '../../../web/widgets/form/values.ts';
import { defaultProjectName, projectKind, type Project } from '../../project/project.ts';
import { imageKind } from '../image.ts';
import { readChecksum } from './checksum.ts';
import { RecipeLine } from './recipe-line.tsx';
import { useRecipes } from './use-recipes.ts';

type SourceType = 'url' | 'recipe' | 'file';

/** What of the source is filled in, by where it comes from. */
const sourceFields: Readonly<Record<SourceType, readonly Field[]>> = {
  url: [
    { name: 'url', type: 'text', isRequired: true, pattern: '^https?://', maxLength: 4096 },
    // Also as sha256sum and checksum files write it, with the algorithm before it or the file's name behind it.
    { name: 'checksum', type: 'text', isRequired: true, pattern: '^\\s*(sha(256|512):)?([0-9a-fA-F]{64}|[0-9a-fA-F]{128})(\\s.*)?$' },
  ],
  recipe: [{ name: 'recipe', type: 'text', isRequired: true, pattern: '^[a-z0-9-]{1,63}$' }],
  file: [{ name: 'path', type: 'text', isRequired: true, pattern: '^/', maxLength: 4096 }],
};

const fieldOfPath: Readonly<Record<string, string>> = {
  'source.url': 'url',
  'source.checksum': 'checksum',
  'source.checksum.hex': 'checksum',
  'source.recipe': 'recipe',
  'source.path': 'path',
};

/** From an address with a checksum, from a recipe, and for administrators from a file of the server. */
export function CreateImage() {
  const { t } = useTranslation();
  const { role } = useUser();
  const recipes = useRecipes();
  const recipeNames = recipes.map(({ name }) => name);
  const isNarrow = useMediaQuery('(max-width: 36em)', undefined, { getInitialValueInEffect: false });
  const [type, setType] = useState<SourceType>('recipe');
  const types: SourceType[] = role === 'administrator' ? ['recipe', 'url', 'file'] : ['recipe', 'url'];
  const own = fieldsOf(imageKind.create).filter(({ name }) => name !== 'public');
  const forbidden = useForbidden();
  const [isPublic, setPublic] = useState<boolean | null>(null);
  /** null: the reader may not say. What an administrator puts into the project that everybody begins with is for everybody. */
  const publicIn = (project: Project | undefined): boolean | null => {
    if (project === undefined || forbidden(projectKind, 'share-with-everyone', project) !== null) return null;
    return isPublic ?? (role === 'administrator' && project.name === defaultProjectName);
  };
  const fields = [...sourceFields[type], ...own];
  return (
    <CreateForm
      kind={imageKind}
      fields={fields}
      toBody={(values, project) => ({
        ...bodyOf(own, values),
        ...(publicIn(project) === true ? { public: true } : {}),
        source: sourceOf(type, values),
      })}
      inProject={(project) => {
        const checked = publicIn(project);
        if (checked === null) return null;
        return (
          <Switch
            label={t('image:fields.public.label')}
            description={t('image:fields.public.help')}
            checked={checked}
            onChange={(event) => setPublic(event.currentTarget.checked)}
          />
        );
      }}
      fieldOfPath={(path) => fieldOfPath[path] ?? path}
      inputs={{
        recipe: ({ label, help, error, value, onChange, onBlur, setOther, values }) => (
          <Autocomplete
            label={label}
            description={help}
            error={error}
            data={recipeNames}
            // Within the page’s landmarks.
            comboboxProps={{ withinPortal: false }}
            renderOption={({ option }) => <RecipeLine recipe={recipes.find(({ name }) => name === option.value)} />}
            data-field="recipe"
            withAsterisk
            value={textOf(value)}
            onChange={(recipe) => {
              onChange(recipe);
              if (values['name'] === '' && recipeNames.includes(recipe)) setOther('name', recipe);
            }}
            onBlur={onBlur}
          />
        ),
      }}
    >
      <Input.Wrapper label={t('image:source')} labelElement="div" role="group" aria-label={t('image:source')}>
        <SegmentedControl
          mt={6}
          fullWidth
          orientation={isNarrow ? 'vertical' : 'horizontal'}
          value={type}
          onChange={(chosen) => setType(chosen)}
          data={types.map((each) => ({ value: each, label: t(`image:sources.${each}`) }))}
        />
      </Input.Wrapper>
    </CreateForm>
  );
}

function sourceOf(type: SourceType, values: Values) {
  const text = (name: string) => textOf(values[name]).trim();
  switch (type) {
    case 'url':
      return { type, url: text('url'), checksum: readChecksum(text('checksum')) };
    case 'recipe':
      return { type, recipe: text('recipe') };
    case 'file':
      return { type, path: text('path') };
  }
}
