/** A vendor's table of BGP peers, which knows IPv6 peers or those of other routing instances too. */
export type PeerTable = {
  readonly entry: string
  /** The column with the state as BGP4-MIB numbers it; left out where the vendor counts otherwise. */
  readonly state?: number
  readonly remoteAs: number
  /** Where the peer's address stands; `before` are the arcs of the index that come first. */
  readonly peer:
    | { readonly kind: 'column'; readonly column: number }
    | { readonly kind: 'typed'; readonly before: number }
    | { readonly kind: 'plain'; readonly before: number; readonly octets: 4 | 16 }
}

const typed = (before: number): PeerTable['peer'] => ({ kind: 'typed', before })
const plain = (before: number, octets: 4 | 16): PeerTable['peer'] => ({ kind: 'plain', before, octets })

export const PEER_TABLES: readonly PeerTable[] = [
  // CISCO-BGP4-MIB cbgpPeer2Table, and cbgpPeer3Table with the peers of VRFs.
  { entry: '1.3.6.1.4.1.9.9.187.1.2.5.1', state: 3, remoteAs: 11, peer: typed(0) },
  { entry: '1.3.6.1.4.1.9.9.187.1.2.9.1', state: 5, remoteAs: 13, peer: typed(1) },
  // BGP4-V2-MIB-JUNIPER jnxBgpM2PeerTable
  { entry: '1.3.6.1.4.1.2636.5.1.1.2.1.1.1', state: 2, remoteAs: 13, peer: { kind: 'column', column: 11 } },
  // ARISTA-BGP4V2-MIB, Brocade's BGP4V2-MIB, DELLEMC-OS10-BGP4V2-MIB: the same draft below other numbers.
  { entry: '1.3.6.1.4.1.30065.4.1.1.2.1', state: 13, remoteAs: 10, peer: typed(1) },
  { entry: '1.3.6.1.4.1.1991.3.5.1.1.2.1', state: 13, remoteAs: 10, peer: typed(1) },
  { entry: '1.3.6.1.4.1.674.11000.5000.200.1.1.2.1', state: 13, remoteAs: 10, peer: typed(1) },
  { entry: '1.3.6.1.4.1.7262.1', state: 13, remoteAs: 10, peer: typed(1) },
  // DELL-NETWORKING-BGP4-V2-MIB, once Force10's
  { entry: '1.3.6.1.4.1.6027.20.1.2.1.1.1', state: 3, remoteAs: 14, peer: { kind: 'column', column: 12 } },
  // HUAWEI-BGP-VPN-MIB hwBgpPeerTable: instance, AFI and SAFI come first.
  { entry: '1.3.6.1.4.1.2011.5.25.177.1.1.2.1', state: 5, remoteAs: 2, peer: typed(3) },
  // TIMETRA-BGP-MIB tBgpPeerNgTable, whose states are counted otherwise
  { entry: '1.3.6.1.4.1.6527.3.1.2.14.4.7.1', remoteAs: 66, peer: typed(1) },
  // CUMULUS-BGPUN-MIB
  { entry: '1.3.6.1.4.1.40310.4.3.1.1', state: 2, remoteAs: 9, peer: plain(0, 4) },
  // ALCATEL-IND1-BGP-MIB alaBgpPeerTable and alaBgpPeer6Table
  { entry: '1.3.6.1.4.1.6486.801.1.2.1.10.5.1.1.2.1', remoteAs: 2, peer: plain(0, 4) },
  { entry: '1.3.6.1.4.1.6486.801.1.2.1.10.5.1.1.12.1', remoteAs: 2, peer: plain(0, 16) },
  { entry: '1.3.6.1.4.1.6486.800.1.2.1.10.5.1.1.2.1', remoteAs: 2, peer: plain(0, 4) },
  { entry: '1.3.6.1.4.1.6486.800.1.2.1.10.5.1.1.14.1', remoteAs: 2, peer: plain(0, 16) },
  // NETSCREEN-BGP4-MIB
  { entry: '1.3.6.1.4.1.3224.18.3.3.1', state: 2, remoteAs: 9, peer: plain(0, 4) },
  // FIREBRICK-BGP-MIB, whose states are counted otherwise
  { entry: '1.3.6.1.4.1.24693.100.179.1.1', remoteAs: 5, peer: typed(0) },
  // VIPTELA-OPER-BGP bgpBgpNeighborTable
  { entry: '1.3.6.1.4.1.41916.14.9.1', remoteAs: 3, peer: plain(1, 4) },
]
