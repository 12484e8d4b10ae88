import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { RecipeSchema } from '../kinds/image/image.ts';
import type { ApiContext } from './context.ts';

export function recipeRoutes(app: FastifyInstance, { cloud }: ApiContext): void {
  app.get(
    '/v1/recipes',
    {
      config: { access: 'recipe.read' },
      schema: {
        tags: ['image'],
        summary: 'List the recipes that images can be built from.',
        response: { 200: Type.Object({ items: Type.Array(RecipeSchema) }) },
      },
    },
    async () => ({ items: cloud.images.recipes }),
  );
}
