/** A line of an answer that is longer is not what was asked for. */
const LINE_BYTES_MAX = 64 * 1024 * 1024

/** The body of an answer, piece by piece. Who stops early lets go of the connection. */
export async function* answerBytes({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** The lines of a body as they come, without their ends. Throws when one is too long or the connection breaks. */
export async function* answerLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const text = decoder.decode(bytes, { stream: true })
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield rest + text.slice(start, end)
      rest = ''
      start = end + 1
    }
    rest += text.slice(start)
    if (rest.length > LINE_BYTES_MAX) throw new Error(`a line has more than ${LINE_BYTES_MAX} characters`)
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
