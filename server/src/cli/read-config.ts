import { existsSync, readFileSync } from 'node:fs'
import { type ParsedConfig, parseConfig } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { faultOfSelector } from '@eyenet/shared/promql'

/** Where the installers put it. */
export const DEFAULT_CONFIG_FILE = '/etc/eyenet/config.yaml'
/** A larger file is not a configuration. */
const MAX_BYTES = 16 * 1024 * 1024

/** Parses the file; without one the default file, and without that the defaults. */
export function readConfig(file: string | undefined): ParsedConfig & { readonly file: string } {
  const chosen = file ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined)
  const parsed = parseConfig({
    file: chosen ?? 'defaults',
    text: chosen === undefined ? '' : readText(chosen),
    environment: process.env,
    readSecret: (path) => readText(path).replace(/\r?\n$/, ''),
    faultOfSelector,
  })
  return { ...parsed, file: chosen ?? 'defaults' }
}

function readText(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
  if (text.length > MAX_BYTES) throw new EyeNetError('too_large', `${file} is larger than 16 MiB`)
  return text
}
