import type { SnmpAccess } from '@eyenet/shared/wire'

/** A shorter word may stand anywhere by chance. */
const MIN_LENGTH = 4
const INSTEAD = '(secret)'

/** What lets one in to devices. */
export function secretsOf(accesses: Iterable<SnmpAccess | undefined>): readonly string[] {
  const words = new Set<string>()
  for (const access of accesses) {
    if (access === undefined) continue
    const { credential } = access
    const found = credential.version === '3' ? [credential.authKey, credential.privKey] : [credential.community]
    for (const word of found) if (word !== undefined) words.add(word)
  }
  return [...words]
}

/**
 * Text without these words. Nothing of ours writes them; this is for what the outside world puts into an error. Words that
 * are too short to be told from others stay.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    if (secret.length < MIN_LENGTH || secret === 'public' || secret === 'private') continue
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1)])) clean = clean.replaceAll(form, INSTEAD)
  }
  return clean
}
