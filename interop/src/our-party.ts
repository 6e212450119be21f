/**
 * A member that runs what we ship below our own rules: the patched library and our ciphersuite. The rules themselves cannot
 * be met by core-crypto: its leaves do not support the policy extension that each of our groups has.
 */
import { CLIENT_CONFIG, loadSuite, type Suite } from '@reforms/crypto/suite'
import {
  createCommit,
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  decodeMlsMessage,
  defaultKeyPackageEqualityConfig,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  joinGroup,
  joinGroupExternal,
  mlsExporter,
  processPublicMessage,
  type ClientConfig,
  type ClientState,
  type Extension,
  type MLSMessage,
  type Proposal,
} from 'ts-mls'
import { decodeKeyPackage, encodeKeyPackage } from 'ts-mls/keyPackage.js'
import { encodeRequiredCapabilities } from 'ts-mls/requiredCapabilities.js'
import { GROUP_ID, identityOf, type Handshake, type Party } from './party.ts'

/** Credentials here are core-crypto's, not ours. */
const CONFIG: ClientConfig = {
  ...CLIENT_CONFIG,
  keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
  authService: { validateCredential: async ({ credentialType }) => credentialType === 'basic' },
}
const DAY_S = 86_400
const LIFETIME_DAYS = 80
const SECRET_BYTES = 32
/** Stands for the evidence that each of our commits carries; core-crypto's carry none. */
const EVIDENCE = new TextEncoder().encode('evidence')
/** What core-crypto puts into each GroupContext, and asks of each leaf. */
export const REQUIRED_CAPABILITIES: Extension = {
  extensionType: 'required_capabilities',
  extensionData: encodeRequiredCapabilities({
    extensionTypes: [],
    proposalTypes: [],
    credentialTypes: ['basic', 'x509'],
  }),
}

export interface OurParty extends Party {
  /** Any proposals in one commit, which core-crypto has no call for. */
  commit(proposals: Proposal[]): Promise<Handshake>
  leafIndexOf(identity: string): number
}

function messageOf<W extends MLSMessage['wireformat']>(bytes: Uint8Array, wireformat: W) {
  const message = decodeMlsMessage(bytes, 0)?.[0]
  if (message?.wireformat !== wireformat) throw new Error(`not an ${wireformat}`)
  return message as Extract<MLSMessage, { wireformat: W }>
}

export function addOf(bytes: Uint8Array): Proposal {
  const keyPackage = decodeKeyPackage(bytes, 0)?.[0]
  if (!keyPackage) throw new Error('not a key package')
  return { proposalType: 'add', add: { keyPackage } }
}

function newKeyPackage(identity: string, suite: Suite) {
  const now = Math.floor(Date.now() / 1000)
  return generateKeyPackage(
    { credentialType: 'basic', identity: new TextEncoder().encode(identity) },
    {
      versions: ['mls10'],
      ciphersuites: [suite.name],
      extensions: [],
      proposals: [],
      credentials: ['basic', 'x509'],
    },
    { notBefore: BigInt(now - DAY_S), notAfter: BigInt(now + LIFETIME_DAYS * DAY_S) },
    [],
    suite,
  )
}

async function groupInfoOf(state: ClientState, suite: Suite): Promise<Uint8Array> {
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(state, [], suite)
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo })
}

function identitiesOf({ ratchetTree }: ClientState): (string | undefined)[] {
  return ratchetTree.map((node) =>
    node?.nodeType === 'leaf' && node.leaf.credential.credentialType === 'basic'
      ? new TextDecoder().decode(node.leaf.credential.identity)
      : undefined,
  )
}

class Member implements OurParty {
  readonly identity: string
  readonly #suite: Suite
  readonly #own: Awaited<ReturnType<typeof newKeyPackage>>
  #state: ClientState | undefined

  constructor(identity: string, suite: Suite, own: Awaited<ReturnType<typeof newKeyPackage>>) {
    this.identity = identity
    this.#suite = suite
    this.#own = own
  }

  get #current(): ClientState {
    if (!this.#state) throw new Error('not in the group')
    return this.#state
  }

  async found() {
    const { publicPackage, privatePackage } = this.#own
    const extensions = [REQUIRED_CAPABILITIES]
    this.#state = await createGroup(GROUP_ID, publicPackage, privatePackage, extensions, this.#suite, CONFIG)
  }

  async keyPackage() {
    return encodeKeyPackage(this.#own.publicPackage)
  }

  async joinByWelcome(bytes: Uint8Array) {
    const { welcome } = messageOf(bytes, 'mls_welcome')
    const { publicPackage, privatePackage } = this.#own
    const noPsk = emptyPskIndex
    const [suite, tree, resumed] = [this.#suite, undefined, undefined]
    this.#state = await joinGroup(welcome, publicPackage, privatePackage, noPsk, suite, tree, resumed, CONFIG)
  }

  async joinExternally(bytes: Uint8Array) {
    const { groupInfo } = messageOf(bytes, 'mls_group_info')
    const { publicPackage, privatePackage } = this.#own
    const [suite, tree] = [this.#suite, undefined]
    const joined = await joinGroupExternal(
      groupInfo,
      publicPackage,
      privatePackage,
      false,
      suite,
      tree,
      CONFIG,
    )
    const { publicMessage, newState } = joined
    this.#state = newState
    return {
      commit: encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }),
      groupInfo: await groupInfoOf(newState, this.#suite),
    }
  }

  async commit(extraProposals: Proposal[]): Promise<Handshake> {
    const { commit, newState, welcome } = await createCommit(
      { state: this.#current, cipherSuite: this.#suite },
      {
        wireAsPublicMessage: true,
        alwaysPath: true,
        ratchetTreeExtension: true,
        extraProposals,
        authenticatedData: EVIDENCE,
      },
    )
    this.#state = newState
    return {
      commit: encodeMlsMessage(commit),
      groupInfo: await groupInfoOf(newState, this.#suite),
      ...(welcome
        ? { welcome: encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome }) }
        : {}),
    }
  }

  add(keyPackages: readonly Uint8Array[]) {
    return this.commit(keyPackages.map(addOf))
  }

  update() {
    return this.commit([])
  }

  remove(identity: string) {
    return this.commit([{ proposalType: 'remove', remove: { removed: this.leafIndexOf(identity) } }])
  }

  async apply(bytes: Uint8Array) {
    const { publicMessage } = messageOf(bytes, 'mls_public_message')
    const { newState } = await processPublicMessage(this.#current, publicMessage, emptyPskIndex, this.#suite)
    this.#state = newState
    return newState.groupActiveState.kind === 'active'
  }

  secret() {
    const { exporterSecret } = this.#current.keySchedule
    return mlsExporter(exporterSecret, 'exporter', new Uint8Array(), SECRET_BYTES, this.#suite)
  }

  async members() {
    return identitiesOf(this.#current).filter((identity) => identity !== undefined)
  }

  leafIndexOf(identity: string) {
    const nodeIndex = identitiesOf(this.#current).indexOf(identity)
    if (nodeIndex < 0) throw new Error(`${identity} is no member`)
    return nodeIndex / 2
  }
}

export async function ourParty(n: number): Promise<OurParty> {
  const suite = await loadSuite()
  const identity = identityOf(n)
  return new Member(identity, suite, await newKeyPackage(identity, suite))
}
