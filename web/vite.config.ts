import { defineConfig } from 'vitest/config';

// The program embeds dist/ and serves it under a strict Content-Security-Policy: nothing may be
// inlined into HTML or as a data: URL.
export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 8912,
    proxy: { '/api': 'http://127.0.0.1:8911', '/mock': 'http://127.0.0.1:8911' },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node', css: true, testTimeout: 60_000 },
});
