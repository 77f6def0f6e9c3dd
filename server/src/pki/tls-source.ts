import { createSecureContext } from 'node:tls'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { Logger } from 'pino'

/** What a port shows: its certificate with its chain, and the key, PEM both. */
export type TlsMaterial = { readonly cert: string; readonly key: string }

/** A certificate that may change while the port is open. */
export interface TlsSource {
  current(): TlsMaterial
  /** Called with each new one; connections that are open go on. */
  onChange(listener: (material: TlsMaterial) => void): void
  /** Looks now: after a reload of the configuration. Throws what is wrong with the new one, and keeps the old. */
  refresh(): Promise<void>
  close(): void
}

/** A certificate is looked at that often: renewed when a third of its life is left, or read again from its file. */
const LOOK_MS = 3_600_000

/** Opens a certificate; `load` reads or makes the one that should be shown now. Throws what `load` throws. */
export async function openTlsSource(load: () => Promise<TlsMaterial>, logger: Logger): Promise<TlsSource> {
  let current = usable(await load())
  const listeners: ((material: TlsMaterial) => void)[] = []
  const refresh = async (): Promise<void> => {
    const next = usable(await load())
    if (next.cert === current.cert && next.key === current.key) return
    current = next
    for (const listener of listeners) listener(next)
    logger.info('a new certificate is shown to whoever connects from now on')
  }
  const timer = setInterval(() => {
    refresh().catch((thrown: unknown) =>
      logger.error({ error: messageOf(thrown) }, 'the certificate could not be renewed; the old one is shown on'),
    )
  }, LOOK_MS)
  timer.unref()
  return {
    current: () => current,
    onChange: (listener) => void listeners.push(listener),
    refresh,
    close: () => clearInterval(timer),
  }
}

function usable(material: TlsMaterial): TlsMaterial {
  try {
    createSecureContext(material)
    return material
  } catch (cause) {
    const message = `a certificate and its key cannot be used: ${messageOf(cause)}; check that they belong together`
    throw new EyeNetError('invalid', message, { cause })
  }
}
