import { lezer } from '@lezer/generator/rollup'
import { defineConfig } from 'vitest/config'

/** Where `npm run dev` sends what the dev server does not have: the dashboards of a running Sigyn. */
const backend = process.env['SIGYN_URL'] ?? 'http://127.0.0.1:4005'
const proxied = ['/api', '/logout', '/public']

/** The server puts a `<base>` into the page; the dev server has to do the same. */
const devBase = { name: 'dev-base', apply: 'serve' as const, transformIndexHtml: (html: string) => html.replace('<head>', '<head><base href="/">') }

export default defineConfig({
  base: './',
  plugins: [devBase, lezer()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    sourcemap: false,
  },
  server: {
    proxy: {
      ...Object.fromEntries(proxied.map((path) => [path, { target: backend, ws: true }])),
      '/login': { target: backend, bypass: (request) => (request.method === 'GET' ? '/index.html' : undefined) },
    },
  },
  test: {
    // files that share a server run in the same order every time, not those first that failed or took long before
    cache: false,
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], environment: 'node' } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/setup.ts'],
          environment: 'node',
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
})
