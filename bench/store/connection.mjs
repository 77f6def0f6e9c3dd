// HTTP as a sender speaks it: one connection that is kept, one request after the other.
import { Agent, request } from 'node:http'

/** `ask` resolves to `{ status, body }`. A connection that breaks rejects. */
export class Connection {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  #url
  #headers

  constructor(url, headers = {}) {
    this.#url = url
    this.#headers = headers
  }

  ask(method, path, { body, headers } = {}) {
    const all = { ...this.#headers, ...headers, ...(body !== undefined && { 'content-length': body.length }) }
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#url), { method, agent: this.#agent, headers: all }, (answer) => {
        const parts = []
        answer.on('data', (part) => parts.push(part))
        answer.on('end', () => resolve({ status: answer.statusCode, body: Buffer.concat(parts) }))
        answer.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** As `ask`, but an answer that is not 2xx rejects with what it says. */
  async good(method, path, given = {}) {
    const { status, body } = await this.ask(method, path, given)
    if (status >= 200 && status < 300) return body
    throw new Error(`${method} ${path.slice(0, 200)}: ${status} ${body.toString().slice(0, 300)}`)
  }

  close() {
    this.#agent.destroy()
  }
}
