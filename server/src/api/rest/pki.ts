import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { textResponse } from '../text-response.ts'

const PEM = 'application/x-pem-file'

/** What anybody may know of the server's certificate authority: it is shown to whoever connects. */
export function pkiEndpoints({ trust }: Fleet): readonly Endpoint[] {
  const answer = (text: string): Response => textResponse(text, { headers: { 'content-type': PEM } })
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/pki/ca',
      access: 'public',
      tag: 'agents',
      summary: "The certificate of the server's own authority, PEM",
      remark: 'Who enrols an agent compares its fingerprint with the one in the enrolment token.',
      media: PEM,
      handle: () => answer(trust.ca),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/pki/crl',
      access: 'viewer',
      tag: 'agents',
      summary: 'The list of revoked certificates for a broker beside the server, PEM; good for 7 days',
      media: PEM,
      handle: async () => answer(await trust.crl()),
    }),
  ]
}
