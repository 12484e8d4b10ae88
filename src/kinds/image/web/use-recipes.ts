import { useQuery } from '@tanstack/react-query';
import type { Recipe } from '../image.ts';
import { ask } from '../../../web/cloud/client.ts';

/** What the cloud can build images from; none until it has answered. They change with the cloud's version alone. */
export function useRecipes(): readonly Recipe[] {
  const { data } = useQuery({ queryKey: ['recipes'], queryFn: () => ask<{ items: Recipe[] }>('GET', '/v1/recipes') });
  return data?.items ?? [];
}
