import { alpha, createTheme, defaultVariantColorsResolver, type CSSVariablesResolver } from '@mantine/core';

const primaryColor = 'cyan';

/** Calm: one accent, system fonts (no request for any), small round corners. */
export const theme = createTheme({
  primaryColor,
  primaryShade: { light: 9, dark: 5 },
  autoContrast: true,
  variantColorResolver: (input) => ({
    ...defaultVariantColorsResolver(input),
    // By itself it goes by the light theme's shade in both.
    ...(input.variant === 'filled' && (input.color ?? primaryColor) === primaryColor ? { color: 'var(--mantine-primary-color-contrast)' } : {}),
  }),
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", "DejaVu Sans Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.15rem' }, h3: { fontSize: '1rem' } } },
});

/** Text of light badges, buttons and messages, dark enough for their ground in the light theme: 5.5 : 1 and more. */
const lightText = {
  teal: '#066146',
  yellow: '#7a4f00',
  orange: '#933a00',
  red: '#b02525',
  blue: '#1558a0',
  grape: '#862e9c',
  gray: '#343a40',
  cyan: '#075f70',
};

/** Everything that is read has at least 4.5 : 1 against its ground in both themes (WCAG 2.2, 1.4.3). */
export const variables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-error': '#c92a2a',
    // Under the pointer darker, not paler: what stands on it stays readable.
    '--mantine-color-cyan-filled-hover': '#095f6f',
    '--mantine-primary-color-filled-hover': '#095f6f',
    ...Object.fromEntries(Object.entries(lightText).map(([name, hex]) => [`--mantine-color-${name}-light-color`, hex])),
    ...Object.fromEntries(Object.entries(lightText).map(([name, hex]) => [`--mantine-color-${name}-outline`, hex])),
  },
  dark: {
    '--mantine-color-dimmed': '#a6adb4',
    '--mantine-color-error': '#ff8787',
    // A breath of the colour, not a wall of it: messages stay calm in the dark as well.
    ...Object.fromEntries(
      (Object.keys(lightText) as (keyof typeof lightText)[]).flatMap((name) => [
        [`--mantine-color-${name}-light`, alpha(colors[name][6], 0.17)],
        [`--mantine-color-${name}-light-hover`, alpha(colors[name][6], 0.25)],
        [`--mantine-color-${name}-light-color`, `var(--mantine-color-${name}-2)`],
      ]),
    ),
  },
});
