import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { chunksFileOf } from './chunks/chunks-file.ts'

/** Each is a whole copy: more of them are a mistake of whoever makes them. */
const MAX_SNAPSHOTS = 20

/**
 * Makes a folder below the store's own in which `copy` puts the chunks; a store can be opened there. The folder has its
 * name once it is whole. Named as Prometheus names them: `20260115T083000Z-1f2e3d4c5b6a7980`.
 */
export async function takeSnapshot(
  storeFolder: string,
  now: number,
  copy: (path: string) => Promise<void>,
): Promise<string> {
  const all = join(storeFolder, 'snapshots')
  const moment = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const name = `${moment}-${randomBytes(8).toString('hex')}`
  const unfinished = join(all, `${name}.unfinished`)
  try {
    await mkdir(all, { recursive: true })
    if ((await readdir(all)).length >= MAX_SNAPSHOTS) {
      throw new EyeNetError('conflict', `there are ${MAX_SNAPSHOTS} snapshots in ${all}: remove some folders there`)
    }
    await mkdir(unfinished)
    await copy(chunksFileOf(unfinished))
    await rename(unfinished, join(all, name))
    return name
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true })
    if (cause instanceof EyeNetError) throw cause
    throw new EyeNetError('unavailable', `cannot make a snapshot in ${all}: ${messageOf(cause)}; free space`, { cause })
  }
}
