import type { JsonResult } from '../../store/store.ts'

/** A query's result in Prometheus' envelope; in one piece where it is small, so that its length is known. */
export async function queryResponse({ bytes, pieces, warnings, infos }: JsonResult): Promise<Response> {
  const told = `${warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : ''}${infos.length > 0 ? `,"infos":${JSON.stringify(infos)}` : ''}`
  const [before, after] = ['{"status":"success","data":', `${told}}`].map((text) => new TextEncoder().encode(text))
  const headers = { 'content-type': 'application/json' }
  const ends = { before: before ?? NOTHING, after: after ?? NOTHING }
  if (bytes === undefined) return new Response(streamOf(pieces, ends), { headers })
  const whole = Buffer.concat([ends.before, ...(await all(pieces)), ends.after])
  return new Response(whole, { headers: { ...headers, 'content-length': String(whole.length) } })
}

type Ends = { readonly before: Uint8Array; readonly after: Uint8Array }
const NOTHING = new Uint8Array(0)

async function all(pieces: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return found
}

/** Asks for the next piece when the last one was taken. */
function streamOf(pieces: AsyncIterable<Uint8Array>, { before, after }: Ends): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]()
  let isRead = true
  return new ReadableStream({
    start: (controller) => controller.enqueue(before),
    async pull(controller) {
      const { value, done } = await iterator.next()
      if (!isRead) return
      controller.enqueue(done === true ? after : value)
      if (done === true) controller.close()
    },
    async cancel() {
      isRead = false
      await iterator.return?.()
    },
  })
}
