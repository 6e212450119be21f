/** One member of a group as the tests see it, whichever program it runs: bytes of RFC 9420 in and out. */

export interface Handshake {
  /** An MLSMessage that holds a PublicMessage. */
  readonly commit: Uint8Array
  /** An MLSMessage; absent when nobody is added. */
  readonly welcome?: Uint8Array
  /** An MLSMessage, with external_pub and the tree: who comes in externally needs both. */
  readonly groupInfo: Uint8Array
}

export interface Party {
  /** What its basic credential holds: "user:device@domain", of which core-crypto makes client ids. */
  readonly identity: string
  found(): Promise<void>
  /** A KeyPackage without the MLSMessage around it, as core-crypto hands it out. */
  keyPackage(): Promise<Uint8Array>
  joinByWelcome(welcome: Uint8Array): Promise<void>
  joinExternally(groupInfo: Uint8Array): Promise<Handshake>
  add(keyPackages: readonly Uint8Array[]): Promise<Handshake>
  update(): Promise<Handshake>
  remove(identity: string): Promise<Handshake>
  /** Whether this member is still in the group afterwards. */
  apply(commit: Uint8Array): Promise<boolean>
  /** The exporter (RFC 9420, section 8.5) with label "exporter" and no context: the one that core-crypto offers. */
  secret(): Promise<Uint8Array>
  /** The identities of all members, in no order. */
  members(): Promise<string[]>
}

export const GROUP_ID = new TextEncoder().encode('interop')

/** The nth device of the tests; both programs take this form. */
export function identityOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}:${n}@example.org`
}
