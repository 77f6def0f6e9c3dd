import { KeyRotation, pageOf } from '@eyenet/shared/api'
import { z } from 'zod'
import type { Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { SigningKeyResource } from '../shapes.ts'

/** The keys that sign what agents are told: which there are, a new one, the end of one that others may have. */
export function signingKeyEndpoints({ fleet, audit }: { fleet: Fleet; audit: Audit }): readonly Endpoint[] {
  const common = { access: 'admin', tag: 'agents', answer: pageOf(SigningKeyResource) } as const
  const all = async () => {
    const items = [...(await fleet.signingKeys.list())]
    return { items, total: items.length }
  }
  return [
    endpoint({
      ...common,
      method: 'get',
      path: '/api/v1/signing-keys',
      summary: 'The keys that sign what agents are told, newest first',
      handle: all,
    }),
    endpoint({
      ...common,
      method: 'post',
      path: '/api/v1/signing-keys/rotate',
      summary: 'Make a new signing key; it takes over once all connected agents know it',
      body: KeyRotation,
      async handle({ body, actor }) {
        await fleet.signingKeys.rotate(body)
        await audit.record(actor, 'signing-key.rotate', body.atOnce ? 'at once' : 'once agents know it')
        return all()
      },
    }),
    endpoint({
      ...common,
      method: 'post',
      path: '/api/v1/signing-keys/{kid}/revoke',
      summary: 'Nobody shall believe this key again; where it signs, a new one takes over at once',
      params: z.object({ kid: z.string().min(1).max(64) }),
      async handle({ params: { kid }, actor }) {
        await fleet.signingKeys.revoke(kid)
        await audit.record(actor, 'signing-key.revoke', kid)
        return all()
      },
    }),
  ]
}
