import { readFile } from 'node:fs/promises'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { TlsMaterial } from './tls-source.ts'

/** Reads a certificate and its key from files of the operator. EyeNetError `unavailable` names the file. */
export async function filesCertificate(files: { certFile: string; keyFile: string }): Promise<TlsMaterial> {
  const read = async (file: string, what: string): Promise<string> => {
    try {
      return await readFile(file, 'utf8')
    } catch (cause) {
      throw new EyeNetError('unavailable', `cannot read the ${what} ${file}: ${messageOf(cause)}`, { cause })
    }
  }
  return { cert: await read(files.certFile, 'certificate'), key: await read(files.keyFile, 'key') }
}
