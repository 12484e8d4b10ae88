/**
 * Colours that people with any kind of colour vision tell apart, with 3 : 1 and more against the ground of their theme
 * (WCAG 2.2, 1.4.11). The first is an area and the others are lines, so that colour is never all there is.
 * Source: Okabe and Ito, Color Universal Design.
 */
export const lineColours = {
  light: ['#0072b2', '#c04a00', '#00795b'],
  dark: ['#56b4e9', '#f0a030', '#2fd3a5'],
} as const;

export const inkColours = {
  light: { text: '#5c636a', grid: 'rgba(0, 0, 0, 0.08)' },
  dark: { text: '#a6adb4', grid: 'rgba(255, 255, 255, 0.09)' },
} as const;

export type Scheme = keyof typeof lineColours;

export function lineColour(scheme: Scheme, index: number): string {
  const colours = lineColours[scheme];
  return colours[index % colours.length] ?? colours[0];
}
