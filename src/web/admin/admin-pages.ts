/** In their order. */
export const adminPages = ['requests', 'courses', 'settings', 'audit'] as const;

export type AdminPage = (typeof adminPages)[number];
