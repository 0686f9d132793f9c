// The program and all it stands on, in one file that the box carries with it (cmake/sidecars.cmake).
import { build } from 'esbuild';

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/opcua.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node18', // Debian 12's
  // Names stay: with short ones node-opcua fails to make monitored items.
  minifyWhitespace: true,
  minifySyntax: true,
  external: ['proper-lockfile'], // one of two ways to lock, and not there
  // Standard output is the line protocol's alone, from the first line of the first module on.
  banner: { js: 'console.log = console.info = console.debug = console.warn = () => {};' },
  logLevel: 'warning',
});
