import type { Admission } from '../../control/admission.ts';
import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import type { Share } from '../../core/resource.ts';
import type { RecipeInfo } from '../../ports/image-store.ts';
import { checkShareWithEveryone, withEveryone } from '../sharing.ts';
import { imageKind, type Image, type ImageSource } from './image.ts';

/** Recipes say themselves what their images need. */
export function imageSlice(recipes: readonly RecipeInfo[]): Slice<Image> {
  return {
    kind: imageKind,
    async create(admission, { name, project, labels, body }) {
      checkSource(body.source);
      const recipe = body.source.type === 'recipe' ? findRecipe(recipes, body.source.recipe) : null;
      const spec = {
        description: body.description ?? recipe?.description ?? '',
        source: body.source,
        firmware: body.firmware ?? recipe?.firmware ?? 'bios',
        memoryMibMin: body.memoryMibMin ?? recipe?.memoryMibMin ?? 0,
        loginUser: body.loginUser ?? recipe?.loginUser ?? 'root',
      };
      const shares: readonly Share[] = body.public === true ? [{ ...withEveryone, access: 'use' }] : [];
      const image = admission.create({ kind: 'image', name, project, labels, shares, spec }) as Image;
      // A path of the cloud's own machine: who may name one reads what the cloud can read.
      if (body.source.type === 'file') admission.authorize('create-from-file', image);
      if (body.public === true) await publish(admission, image);
      return image;
    },
    async update(_admission, image, body) {
      return { ...image.spec, ...body };
    },
    async delete(admission, image) {
      const count = await admission.count('instance', 'image', image.id);
      if (count > 0) throw new CloudError('IN_USE', { kind: 'image', name: image.name, users: `${count} instance${count === 1 ? '' : 's'}` });
      return 'world';
    },
    verbs: {
      // A failure belongs to the generation that it happened in; a new generation is a new try.
      retry: async (_admission, image) => image.spec,
    },
  };
}

async function publish(admission: Admission, image: Image): Promise<void> {
  admission.authorize('share', image);
  await checkShareWithEveryone(admission, image);
}

/** An address is shown to everybody who may list images: nothing secret may stand in it. */
function checkSource(source: ImageSource): void {
  if (source.type !== 'url') return;
  const url = URL.parse(source.url);
  const problem =
    url === null ? 'is not an address' : url.username !== '' || url.password !== '' ? 'must hold no user name and no password: all can see it' : null;
  if (problem !== null) throw new CloudError('INPUT_INVALID', { where: 'source.url', problem });
}

function findRecipe(recipes: readonly RecipeInfo[], name: string): RecipeInfo {
  const recipe = recipes.find((each) => each.name === name);
  if (recipe !== undefined) return recipe;
  throw new CloudError('INPUT_INVALID', {
    where: 'source.recipe',
    problem: `there is no recipe ${name}; there are ${recipes.map((each) => each.name).join(', ')}`,
  });
}
