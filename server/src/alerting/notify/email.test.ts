import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { AlertNotice } from './channel.ts'
import { emailChannel, subjectOf, textOf } from './email.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const notice: AlertNotice = {
  alert: '6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11',
  change: 'firing',
  labels: { alertname: 'DeviceDown', severity: 'critical', device: 'core-1' },
  annotations: { summary: 'core-1 does not answer', next: 'Check its power.' },
  startsAt: Date.UTC(2026, 5, 1),
  url: 'https://eyenet.example.net/alerts/1',
  externalUrl: 'https://eyenet.example.net',
}

/** A mail server that takes one message at a time and keeps what it was told (RFC 5321). */
async function mailServer(answerToData = '250 taken') {
  const commands: string[] = []
  const messages: string[] = []
  const server = createServer((socket) => {
    let message: string[] | undefined
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    const hear = (line: string) => {
      if (message !== undefined) {
        if (line !== '.') return message.push(line)
        messages.push(message.join('\n'))
        message = undefined
        return say(answerToData)
      }
      commands.push(line)
      if (line === 'DATA') {
        message = []
        return say('354 go on')
      }
      if (line === 'STARTTLS') return say('502 not here')
      if (line === 'QUIT') return socket.end('221 bye\r\n')
      return say('250 ok')
    }
    say('220 mail.example.net')
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) hear(line)
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const address = server.address()
  return { commands, messages, port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
}

function channelTo(port: number, security: 'none' | 'starttls' = 'none') {
  const to = ['ops@example.net', 'night@example.net']
  const channel = emailChannel({ host: '127.0.0.1', port, security, from: 'eyenet@example.net', to })
  closing.push(() => channel.close?.())
  return channel
}

test('the mail reaches all receivers, and the same change has the same message id', async () => {
  const { commands, messages, port } = await mailServer()
  const channel = channelTo(port)
  expect(await channel.send(notice, 'change-1')).toEqual({ kind: 'sent' })
  expect(await channel.send(notice, 'change-1')).toEqual({ kind: 'sent' })
  expect(commands).toContain('MAIL FROM:<eyenet@example.net>')
  expect(commands).toContain('RCPT TO:<ops@example.net>')
  expect(commands).toContain('RCPT TO:<night@example.net>')
  expect(messages).toHaveLength(2)
  for (const message of messages) {
    expect(message).toContain('Subject: [EyeNet critical] core-1 does not answer')
    expect(message).toContain('Message-ID: <change-1@eyenet.invalid>')
    expect(message).toContain('Next: Check its power.')
  }
})

test('a server that refuses, is not there or cannot do TLS is tried again later', async () => {
  const refusing = await mailServer('451 later')
  const plain = await mailServer()
  const outcomes = [
    await channelTo(refusing.port).send(notice, '1'),
    await channelTo(1).send(notice, '1'),
    await channelTo(plain.port, 'starttls').send(notice, '1'),
  ]
  expect(outcomes.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'retry'])
  expect(plain.messages).toEqual([])
})

test('what a device calls itself makes no header, no line and no second receiver', async () => {
  const { commands, messages, port } = await mailServer()
  const summary = 'x\r\nBcc: victim@example.net\r\n.\r\nMAIL FROM:<evil@example.net>\u0007'
  const hostile = { ...notice, annotations: { summary }, labels: { ...notice.labels, device: 'a\r\n.\r\nQUIT' } }
  expect(await channelTo(port).send(hostile, '1')).toEqual({ kind: 'sent' })
  expect(messages[0]).not.toMatch(/^Bcc:/m)
  expect(commands.join()).not.toMatch(/victim|evil/)
  expect(subjectOf(hostile)).not.toMatch(/\p{Cc}/u)
  expect(subjectOf({ ...notice, annotations: { summary: 'y'.repeat(5_000) } }).length).toBeLessThanOrEqual(200)
  expect(textOf(hostile).split('\n')).toHaveLength(6)
})
