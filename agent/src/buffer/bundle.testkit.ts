import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** A program of this room as plain JavaScript, for a process of its own. */
export async function bundled(name: string): Promise<{ readonly program: string; remove(): void }> {
  // Inside the checkout, so that it finds better-sqlite3.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.eyenet-kill-'))
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: [{ find: /^@eyenet\/shared\/(.+)$/, replacement: `${ROOT}/shared/src/$1/$1.ts` }] },
    build: { ssr: join(ROOT, `agent/src/buffer/${name}.ts`), outDir: folder, emptyOutDir: true },
  })
  return { program: join(folder, `${name}.js`), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
