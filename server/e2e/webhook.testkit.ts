import { createServer } from 'node:http'
import { z } from 'zod'
import type { Stage } from './stage.testkit.ts'

const Call = z.object({
  version: z.literal('4'),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  alerts: z.array(z.object({ status: z.string(), labels: z.record(z.string(), z.string()), generatorURL: z.string() })),
})
export type WebhookCall = z.infer<typeof Call>

/** Takes webhooks as Alertmanager's receivers do, and keeps them. */
export async function startWebhook(stage: Stage) {
  const calls: WebhookCall[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      calls.push(Call.parse(JSON.parse(text)))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stage.onClose(async () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { calls, url: `http://127.0.0.1:${port}/hook` }
}
