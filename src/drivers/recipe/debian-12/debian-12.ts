import type { RecipeSteps } from '../recipe.ts';
export const debian12: RecipeSteps = {
  name: 'debian-12', title: 'Debian 12', description: '', minMemoryMib: 256, firmware: ['bios', 'uefi'], loginUser: 'debian',
  hostPackages: [], hostTools: [], needsRoot: true, fetchKey: '0', resolve: async () => ({ key: '0', files: [], sources: [] }), build: async () => '',
};
