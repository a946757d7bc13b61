import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Celadon, the glaze: the one colour that means “act here”. */
const celadon: MantineColorsTuple = [
  '#edf6f2',
  '#dbece4',
  '#b6d9ca',
  '#8cc4ae',
  '#68b196',
  '#4aa083',
  '#2a8165',
  '#1f755a',
  '#155e48',
  '#0c4535',
];

/** Amber, the lamp: warnings and the point in the mark. */
const amber: MantineColorsTuple = [
  '#fdf4e7',
  '#fae6cb',
  '#f5cd98',
  '#f0b263',
  '#eb9b3a',
  '#df8722',
  '#c27217',
  '#9a5911',
  '#77440f',
  '#55300b',
];

/** Cinnabar, the seal: destruction and failure, nothing else. */
const cinnabar: MantineColorsTuple = [
  '#fdf0ed',
  '#f9ddd6',
  '#f2b8ab',
  '#eb907c',
  '#e56f56',
  '#dc5539',
  '#c94428',
  '#a9361f',
  '#842a18',
  '#5f1e11',
];

/** Greys with a little paper in them. */
const gray: MantineColorsTuple = [
  '#faf9f6',
  '#f3f2ed',
  '#e8e6df',
  '#dcd9d0',
  '#c8c5ba',
  '#a3a097',
  '#7b786f',
  '#595750',
  '#393833',
  '#1f1e1b',
];

/** Night with a little pine in it. */
const dark: MantineColorsTuple = [
  '#dde4e0',
  '#b4beb9',
  '#93a09a',
  '#66746e',
  '#36423e',
  '#2a3431',
  '#1e2725',
  '#161d1b',
  '#101615',
  '#0b100f',
];

// Which fonts come first depends on the language: see fonts.css.
const sans = 'var(--font-sans)';
const mono = 'var(--font-mono)';

export const theme = createTheme({
  primaryColor: 'celadon',
  primaryShade: { light: 7, dark: 6 },
  colors: { celadon, amber, cinnabar, gray, dark },
  black: '#1a211e',
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontFamily: sans,
    fontWeight: '640',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  radius: { xs: '5px', sm: '8px', md: '10px', lg: '14px', xl: '20px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { radius: 'md' } },
    Modal: {
      defaultProps: {
        radius: 'lg',
        centered: true,
        overlayProps: { backgroundOpacity: 0.42, blur: 3 },
        transitionProps: { duration: 140 },
        padding: 'lg',
        styles: { title: { fontSize: '1.0625rem', fontWeight: 620 } },
      },
    },
    Menu: { defaultProps: { shadow: 'lg', radius: 'md', transitionProps: { duration: 100 } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, radius: 'sm', fz: 'xs' } },
    Badge: { defaultProps: { radius: 'sm', variant: 'light', tt: 'none', fw: 560 } },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
    Alert: { defaultProps: { radius: 'md', variant: 'light' } },
    Skeleton: { defaultProps: { radius: 'sm' } },
  },
});

/** The variants of one colour at night: a wash of it under a bright text, as by day. */
function nightVariants(color: string): Record<string, string> {
  const shade = (index: number) => `var(--mantine-color-${color}-${index})`;
  return {
    [`--mantine-color-${color}-light`]: `color-mix(in srgb, ${shade(4)} 17%, transparent)`,
    [`--mantine-color-${color}-light-hover`]: `color-mix(in srgb, ${shade(4)} 26%, transparent)`,
    [`--mantine-color-${color}-light-color`]: shade(3),
  };
}

/** Our surfaces under Mantine's names, so that its components lie on them. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-placeholder': 'var(--ink-faint)',
  },
  light: {
    '--mantine-color-error': 'var(--mantine-color-cinnabar-7)',
    '--mantine-color-anchor': 'var(--mantine-color-celadon-8)',
    '--mantine-color-celadon-light-color': 'var(--mantine-color-celadon-8)',
    '--mantine-color-amber-light-color': 'var(--mantine-color-amber-8)',
    '--mantine-color-cinnabar-light-color': 'var(--mantine-color-cinnabar-7)',
    '--mantine-color-gray-light-color': 'var(--ink-soft)',
  },
  dark: {
    '--mantine-color-default': 'var(--surface-raised)',
    '--mantine-color-error': 'var(--mantine-color-cinnabar-3)',
    '--mantine-color-anchor': 'var(--mantine-color-celadon-3)',
    ...nightVariants('celadon'),
    ...nightVariants('amber'),
    ...nightVariants('cinnabar'),
    '--mantine-color-gray-light': 'color-mix(in srgb, var(--ink) 9%, transparent)',
    '--mantine-color-gray-light-hover': 'color-mix(in srgb, var(--ink) 14%, transparent)',
    '--mantine-color-gray-light-color': 'var(--ink-soft)',
  },
});
