import { Socket } from 'node:net'
import { messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import {
  ackTopic,
  certificateTopic,
  desiredTopic,
  keysTopic,
  laneTopic,
  renewalTopic,
  replyTopic,
  statusTopic,
  type TaskReply,
  taskTopic,
} from '@eyenet/shared/wire'
import type { MqttClient } from 'mqtt'
import { acknowledgementOf } from './acknowledgement-of.ts'
import { BackOff } from './back-off.ts'
import { brokerAddress } from './broker-address.ts'
import { Commands } from './commands.ts'
import { Credentials } from './credentials.ts'
import { DesiredRunner } from './desired-runner.ts'
import { LimitedNotices } from './limited-notices.ts'
import { OwnPresence } from './own-presence.ts'
import { RefusalCounts, type Refused } from './refusal.ts'
import { Renewal } from './renewal.ts'
import { Sender } from './sender.ts'
import type { Opened } from './signed-message.ts'
import { connectionProblem, isTlsRefusal } from './tls-problem.ts'
import type { UplinkOptions, UplinkStatus } from './uplink-options.ts'
import { within } from './within.ts'

const KEEPALIVE_S = 30
const CONNECT_TIMEOUT_MS = 15_000
const LOOK_AFTER_MS = 5_000
/** Without an acknowledgement for this long somebody should know. */
const STALLED_AFTER_MS = 300_000
/** How long a farewell may take. */
const FAREWELL_MS = 1_000
const DENIED = 128

export class Uplink {
  readonly #options: UplinkOptions
  readonly #commands: Commands
  readonly #credentials: Credentials
  readonly #renewal: Renewal
  readonly #sender: Sender
  readonly #desired: DesiredRunner
  readonly #backOff = new BackOff()
  readonly #notices: LimitedNotices
  readonly #presence: OwnPresence
  #client: MqttClient | undefined
  #connected = false
  #closed = false
  #since: EpochMs
  #problem = ''
  readonly #refusals = new RefusalCounts()
  #cancelRetry = (): void => {}
  #cancelLook = (): void => {}
  /** Commands are opened one after the other, in the order they came. */
  #incoming: Promise<void> = Promise.resolve()

  constructor(options: UplinkOptions) {
    const { identity, dataDir, outbox, clock } = options
    this.#options = options
    this.#notices = new LimitedNotices(outbox, clock)
    this.#commands = new Commands(identity, dataDir, (thrown) => {
      options.logger.warn({ problem: messageOf(thrown) }, 'what was obeyed cannot be kept on disk')
    })
    this.#credentials = new Credentials(identity, dataDir)
    const notice = (code: string, message: string): void => this.#notices.add(code, message)
    this.#renewal = new Renewal({ credentials: this.#credentials, logger: options.logger, notice })
    this.#desired = new DesiredRunner({
      commands: this.#commands,
      clock,
      logger: options.logger,
      onDesired: options.onDesired,
      faultOf: options.faultOfDesired ?? (() => undefined),
      refuse: (what, refused) => this.#refuse(what, refused),
      notice,
      announce: () => this.announceAgain(),
    })
    this.#presence = new OwnPresence(options, () => ({
      revision: this.#commands.revision,
      signingKeys: [...this.#commands.signingKeys],
      ...this.#commands.report,
    }))
    this.#since = clock.now()
    this.#sender = new Sender({
      outbox,
      clock,
      publish: ({ lane, payload }, taken) => {
        this.#client?.publish(laneTopic(identity, lane), Buffer.from(payload), { qos: 1 }, (error) => {
          if (!error) taken()
        })
      },
    })
    outbox.onChange(() => this.#sender.pump())
  }

  /** Runs the desired state that was kept, then connects; it goes on trying until `close`. */
  async start(): Promise<void> {
    await this.#desired.start()
    this.#lookAfter()
    await this.#connect()
  }

  /** Whether the server has signed something that is not for this agent alone; what it says. */
  vouched(jws: string, type: string): Promise<Opened> {
    return this.#commands.vouched(jws, type)
  }

  status(): UplinkStatus {
    return {
      connected: this.#connected,
      since: this.#since,
      problem: this.#problem,
      refusedCommands: this.#refusals.total,
      refusals: this.#refusals.byReason,
      signingKeys: this.#commands.signingKeys,
      revision: this.#commands.revision,
      line: this.#sender.status(),
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelRetry()
    this.#cancelLook()
    const client = this.#client
    if (client === undefined) return
    const isConnected = this.#connected
    this.#sender.stop()
    this.#lost()
    if (isConnected) {
      const said = client.publishAsync(statusTopic(this.#options.identity), this.#presence.death('stopped'), {
        qos: 1,
        retain: true,
      })
      // An end in good order: else the broker would publish the will over the farewell.
      await within(
        FAREWELL_MS,
        said.then(() => client.endAsync(false)),
      )
    }
    await client.endAsync(true).catch(() => {})
  }

  async #connect(): Promise<void> {
    const { connect } = await import('mqtt')
    if (this.#closed) return
    const { identity, logger } = this.#options
    const client = connect({
      ...brokerAddress(identity.mqttUrl),
      clientId: identity.agent,
      username: identity.agent,
      ...this.#credentials.connectOptions(),
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Our own back-off; and what is under way lies in the outbox, never in the client's memory.
      reconnectPeriod: 0,
      // Else the packet writer keeps 65,536 small buffers, some 8 MB.
      writeCache: false,
      protocolVersion: 4,
      will: { topic: statusTopic(identity), payload: Buffer.from(this.#presence.death('lost')), qos: 1, retain: true },
    })
    this.#client = client
    let failure = 'the connection was closed'
    let slow = false
    client.on('connect', () => {
      // Else the kernel keeps an event back until what went before it is across.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true)
      this.#greet(client).catch((thrown: unknown) => {
        logger.warn({ problem: messageOf(thrown) }, 'the server did not let the agent in')
        client.end(true)
      })
    })
    client.on('message', (topic, payload) => this.#received(topic, payload))
    client.on('error', (error) => {
      slow = 'code' in error && (error.code === 4 || error.code === 5)
      if (slow || isTlsRefusal(error)) this.#credentials.refused()
      failure = connectionProblem(error)
    })
    client.on('close', () => {
      if (this.#client !== client) return
      this.#client = undefined
      client.end(true)
      this.#retry(slow, failure)
    })
  }

  async #greet(client: MqttClient): Promise<void> {
    const { identity, outbox, logger } = this.#options
    const keys = keysTopic(identity)
    const topics = [keys, ackTopic(identity), desiredTopic(identity), taskTopic(identity)]
    if (this.#credentials.hasCertificate) topics.push(certificateTopic(identity))
    const granted = await client.subscribeAsync(topics, { qos: 1 })
    // A server that changes no keys grants no topic for them.
    const denied = granted.filter((one) => one.qos === DENIED && one.topic !== keys).map((one) => one.topic)
    if (denied.length > 0) {
      this.#notices.add(
        'topic-denied',
        `The broker does not let this agent read ${denied.join(', ')}; check its rights.`,
      )
    }
    if (this.#closed || this.#client !== client) return
    this.#connected = true
    this.#since = this.#options.clock.now()
    this.#problem = ''
    this.#backOff.succeeded()
    this.#credentials.accepted()
    await this.#presence.announce(client)
    logger.info({ url: identity.mqttUrl, epoch: outbox.epoch }, 'connected to the server')
    if (this.#client === client) this.#sender.start()
  }

  #lost(): void {
    if (this.#connected) this.#since = this.#options.clock.now()
    this.#connected = false
    this.#sender.lost()
  }

  #retry(slow: boolean, failure: string): void {
    const { logger, clock, identity } = this.#options
    this.#lost()
    if (this.#closed) return
    const waitMs = this.#backOff.next(slow)
    this.#problem = slow
      ? (this.#credentials.problem(clock.now()) ??
        'the server refuses the credentials of this agent: it was removed or revoked there, or agent.json is of another server; enrol it again')
      : failure
    logger.warn({ url: identity.mqttUrl, problem: this.#problem, waitMs }, 'not connected to the server; trying again')
    if (slow) this.#notices.add('credentials-refused', `While connecting, ${this.#problem}.`)
    this.#cancelRetry = clock.after(waitMs, () => {
      this.#connect().catch((thrown: unknown) => this.#retry(false, messageOf(thrown)))
    })
  }

  #received(topic: string, payload: Buffer): void {
    const { identity, logger } = this.#options
    if (topic === ackTopic(identity)) {
      this.#acknowledged(payload)
      return
    }
    if (topic === certificateTopic(identity)) {
      if (this.#renewal.received(payload)) this.#client?.end()
      return
    }
    const obey = this.#obeyOf(topic)
    if (obey === undefined || payload.length === 0) return
    const message = payload.toString()
    this.#incoming = this.#incoming
      .then(() => obey(message))
      .catch((thrown: unknown) => logger.error({ topic, problem: messageOf(thrown) }, 'cannot carry out a message'))
  }

  #obeyOf(topic: string): ((message: string) => Promise<void>) | undefined {
    const { identity } = this.#options
    if (topic === desiredTopic(identity)) return (message) => this.#desired.receive(message)
    if (topic === taskTopic(identity)) return (message) => this.#task(message)
    if (topic === keysTopic(identity)) return (message) => this.#keys(message)
    return undefined
  }

  #acknowledged(payload: Buffer): void {
    const ack = acknowledgementOf(payload)
    if (ack === undefined) {
      this.#notices.add('acknowledgement-unreadable', 'The server sent an acknowledgement that this agent cannot read.')
      return
    }
    this.#options.time?.hear(ack.at)
    this.#sender.acknowledged(ack)
    this.#desired.heard()
    if (this.#presence.isOutdated) this.announceAgain()
  }

  /** Tells the server anew what this agent is and runs; while it is not connected, the next birth does. */
  announceAgain(): void {
    if (this.#client && this.#connected) this.#presence.announce(this.#client).catch(() => {})
  }

  async #keys(message: string): Promise<void> {
    const change = await this.#commands.keys(message)
    if (change.kind === 'refused') this.#refuse('list of signing keys', change)
    if (change.kind !== 'changed') return
    const keys = this.#commands.signingKeys
    this.#options.logger.info({ keys }, 'the server has announced a change of its signing keys')
    this.#notices.add(
      'signing-keys',
      `The server's signing keys have changed; this agent now trusts ${keys.join(', ')}.`,
    )
    this.announceAgain()
    await this.#desired.keysChanged()
  }

  async #task(message: string): Promise<void> {
    const outcome = await this.#commands.task(message, this.#options.clock.now())
    if (outcome.kind === 'refused') {
      this.#refuse('task', outcome)
      if (outcome.id !== undefined) this.#reply({ kind: 'refused', id: outcome.id, reason: outcome.reason })
      return
    }
    if (outcome.kind !== 'accepted') return
    // A task may take long: the next message does not wait for it.
    this.#options.onTask(outcome.value).then(
      (reply) => this.#reply(reply),
      (thrown: unknown) => {
        this.#options.logger.error({ problem: messageOf(thrown) }, 'a task failed')
        this.#reply({ kind: 'refused', id: outcome.value.id, reason: messageOf(thrown).slice(0, 300) })
      },
    )
  }

  #rollBack(): void {
    this.#incoming = this.#incoming
      .then(() => this.#desired.rollBack())
      .catch((thrown: unknown) => this.#options.logger.error({ problem: messageOf(thrown) }, 'cannot roll back'))
  }

  /** How far a task is. */
  progress(reply: Extract<TaskReply, { kind: 'progress' }>): void {
    this.#reply(reply)
  }

  #reply(reply: TaskReply): void {
    this.#client?.publish(replyTopic(this.#options.identity), JSON.stringify(reply), { qos: 1 })
  }

  #refuse(what: string, { refusal, reason }: Refused): void {
    this.#refusals.add(refusal)
    this.#options.logger.warn({ what, refusal, reason }, 'refused what came from the broker')
    const sofar = `Refused so far: ${this.#refusals.total}.`
    this.#notices.add('command-refused', `Refused a ${what} from the broker: ${reason}. ${sofar}`)
  }

  #lookAfter(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_AFTER_MS, () => {
      this.#sender.resendOverdue()
      this.#desired.refuseEarly()
      if (this.#desired.isFailed) this.#rollBack()
      const waitingMs = this.#sender.waitingMs()
      if (waitingMs > STALLED_AFTER_MS) {
        const seconds = Math.round(waitingMs / 1000)
        this.#options.logger.warn({ seconds }, 'the server does not acknowledge what it is sent')
        this.#notices.add(
          'not-acknowledged',
          `The server has not acknowledged a message for ${seconds} s; see its log.`,
        )
      }
      if (this.#presence.isOutdated) this.announceAgain()
      this.#renew().catch((thrown: unknown) =>
        this.#options.logger.error({ problem: messageOf(thrown) }, 'cannot ask for a new certificate'),
      )
      this.#lookAfter()
    })
  }

  async #renew(): Promise<void> {
    const { clock, identity } = this.#options
    const now = { at: clock.now(), monotonicMs: clock.monotonicMs() }
    const request = await this.#renewal.look(now, this.#connected)
    if (request !== undefined) this.#client?.publish(renewalTopic(identity), request, { qos: 1 })
  }
}
