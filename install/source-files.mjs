import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = ['shared/src', 'agent/src', 'server/src', 'server/web', 'server/e2e', 'install', 'bench']
const SOURCE = /\.(ts|tsx|mjs|cjs|css|sh)$/
const NOT_OURS = new Set(['node_modules', 'dist', 'dist-web'])

/** Every source file of ours, as paths below `root`, in a stable order. */
export function sourceFiles(root) {
  const found = []
  const visit = (folder) => {
    for (const entry of entriesOf(join(root, folder))) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory() && !NOT_OURS.has(entry.name)) visit(path)
      if (entry.isFile() && SOURCE.test(entry.name)) found.push(path)
    }
  }
  for (const folder of FOLDERS) visit(folder)
  return found.sort()
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
