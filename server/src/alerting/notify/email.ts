import { messageOf } from '@eyenet/shared/errors'
import type { Transporter } from 'nodemailer'
import type { AlertNotice, Channel } from './channel.ts'

export type EmailSettings = {
  readonly host: string
  readonly port: number
  readonly security: 'starttls' | 'tls' | 'none'
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly from: string
  readonly to: readonly string[]
}

const TIMEOUT_MS = 15_000
const MAX_SUBJECT = 200

/** E-mail over SMTP. The message's id is that of the change: a mail server may drop a second copy. */
export function emailChannel(settings: EmailSettings): Channel {
  let transport: Transporter | undefined
  return {
    name: 'email',
    async send(notice, id) {
      try {
        transport ??= await connect(settings)
        await transport.sendMail({
          from: settings.from,
          to: [...settings.to],
          subject: subjectOf(notice),
          text: textOf(notice),
          messageId: `<${id}@eyenet.invalid>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return { kind: 'sent' }
      } catch (thrown) {
        return { kind: 'retry', reason: `the mail server did not take it: ${messageOf(thrown).slice(0, 200)}` }
      }
    },
    close: () => transport?.close(),
  }
}

async function connect(settings: EmailSettings): Promise<Transporter> {
  // Loaded when the first mail is due: most sites have none.
  const { createTransport } = await import('nodemailer')
  return createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(settings.user !== undefined && { auth: { user: settings.user, pass: settings.password ?? '' } }),
  })
}

/** One line without control characters, whatever the device calls itself. */
export function subjectOf({ change, labels, annotations }: AlertNotice): string {
  const what = annotations.summary ?? labels.alertname ?? 'alert'
  const state = change === 'firing' ? `${labels.severity ?? 'alert'}` : 'resolved'
  return plain(`[EyeNet ${state}] ${what}`).slice(0, MAX_SUBJECT)
}

export function textOf(notice: AlertNotice): string {
  const { annotations, labels } = notice
  const lines = [
    `${notice.change === 'firing' ? 'FIRING' : 'RESOLVED'}: ${annotations.summary ?? labels.alertname ?? ''}`,
    annotations.description ?? '',
    annotations.next === undefined ? '' : `Next: ${annotations.next}`,
    `Since: ${new Date(notice.startsAt).toISOString()}`,
    notice.endsAt === undefined ? '' : `Until: ${new Date(notice.endsAt).toISOString()}`,
    ...Object.entries(labels).map(([name, value]) => `  ${name} = ${value}`),
    notice.url,
  ]
  return lines
    .filter((line) => line !== '')
    .map(plain)
    .join('\n')
}

function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
