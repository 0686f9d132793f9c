import { describe, expect, it } from 'vitest';
import css from './tokens.css?raw';

const kLooks = ['running', 'slowed', 'waiting', 'stopped', 'alarm', 'setup', 'planned'] as const;

function theme(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1]!, m[2]!]),
  );
}
const [light_text = '', dark_text = ''] = css.split(/@media [^{]*/);
const light = theme(light_text);
const themes = { light, dark: { ...light, ...theme(dark_text) } };

type Rgb = [number, number, number];
const linear = (hex: string): Rgb =>
  [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const light_of = (hex: string) => {
    const [r, g, bl] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [low, high] = [light_of(a), light_of(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira, Fernandes 2009, severity 1. */
const kSights: Record<string, number[][]> = {
  'full colour sight': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function oklab(rgb: number[]): number[] {
  const [r, g, b] = rgb.map((c) => Math.max(0, c)) as Rgb;
  const [l, m, s] = [
    0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
    0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
    0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
  ].map(Math.cbrt) as Rgb;
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
function difference(a: string, b: string, sight: string): number {
  const seen = (hex: string) =>
    oklab(kSights[sight]!.map((row) => row.reduce((sum, w, i) => sum + w * linear(hex)[i]!, 0)));
  const [x, y] = [seen(a), seen(b)];
  return 100 * Math.hypot(...x.map((v, i) => v - y[i]!));
}

describe.each(Object.entries(themes))('%s', (_name, tokens) => {
  it.each(['ink', 'ink-2', 'accent', 'error', 'code-tool', 'code-feed', 'code-macro'])(
    'text in %s is readable on every ground',
    (ink) => {
      for (const ground of ['page', 'surface', 'surface-2'])
        expect(contrast(tokens[ink]!, tokens[ground]!), ground).toBeGreaterThanOrEqual(4.5);
    },
  );
  it.each([...kLooks, 'accent'])('text on %s is readable', (look) => {
    const on = look === 'accent' ? 'accent-ink' : `${look}-on`;
    expect(contrast(tokens[look]!, tokens[on]!)).toBeGreaterThanOrEqual(4.5);
  });
  it.each([...kLooks, 'offline', 'unknown', 'line-strong'])(
    '%s stands out from the surface',
    (look) => {
      expect(contrast(tokens[look]!, tokens.surface!)).toBeGreaterThanOrEqual(3);
    },
  );
  it.each(Object.keys(kSights))('any two states differ under %s', (sight) => {
    kLooks.forEach((a, i) =>
      kLooks
        .slice(i + 1)
        .forEach((b) =>
          expect(difference(tokens[a]!, tokens[b]!, sight), `${a} and ${b}`).toBeGreaterThan(6),
        ),
    );
  });
});
