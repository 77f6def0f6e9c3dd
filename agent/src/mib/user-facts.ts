import { constants, existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants as zlib } from 'node:zlib'
import type { CompiledModule } from './compile-mibs.ts'
import { encodeFacts } from './encode-facts.ts'
import { FACTS_SUFFIX } from './facts-folder.ts'

const pack = promisify(brotliCompress)
/** Half the time of the best quality for a file 10 % larger. */
const QUALITY = 9

/** Writes each module to its own file in a folder, whole or not at all; a module that is there already is replaced. */
export async function saveUserModules(folder: string, modules: readonly CompiledModule[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { name, lastUpdated, records, types } of modules) {
    const bytes = encodeFacts({ records, types, modules: [{ name, lastUpdated }] })
    await replaceFile(
      folder,
      `${name}${FACTS_SUFFIX}`,
      await pack(bytes, { params: { [zlib.BROTLI_PARAM_QUALITY]: QUALITY } }),
    )
  }
  await syncFolder(folder)
}

/** True where the folder had the module. */
export async function removeUserModule(folder: string, name: string): Promise<boolean> {
  if (!/^\w[\w-]*$/.test(name)) return false
  const file = join(folder, `${name}${FACTS_SUFFIX}`)
  if (!existsSync(file)) return false
  await rm(file)
  return true
}

async function replaceFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const draft = join(folder, `${name}.${process.pid}.tmp`)
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o644)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, join(folder, name))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  await handle.sync().finally(() => handle.close())
}
