import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const API = process.env.EYENET_API ?? 'http://127.0.0.1:8080'

/** The page, built into server/dist-web. `EYENET_API` names the server that `vite server/web` passes requests on to. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { conditions: ['eyenet-source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist-web',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows neither inline scripts nor data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { proxy: { '/api': { target: API, ws: true }, '/healthz': API } },
})
