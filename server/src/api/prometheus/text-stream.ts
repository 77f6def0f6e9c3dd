import { messageOf } from '@eyenet/shared/errors'
import type { Logger } from 'pino'

/** Characters that are sent together. */
const PIECE = 65_536

/**
 * Text that is made while it is read: the next piece when the last one was taken, none any more when the reader goes
 * away. What fails after the first piece can only be told by an end that is no proper end; the log has the reason.
 */
export function textStream(pieces: AsyncGenerator<string>, logger: Logger): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      try {
        let piece = ''
        while (piece.length < PIECE) {
          const next = await pieces.next()
          if (next.done === true) {
            if (piece !== '') controller.enqueue(encoder.encode(piece))
            controller.close()
            return
          }
          piece += next.value
        }
        controller.enqueue(encoder.encode(piece))
      } catch (thrown) {
        logger.warn({ error: messageOf(thrown) }, 'an answer was cut in its middle')
        controller.error(thrown)
      }
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
