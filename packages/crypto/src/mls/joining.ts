/**
 * Coming into a group: by a Welcome (RFC 9420, section 12.4.3.1) or by an external commit (12.4.3.2), which is also
 * how a device that lost its state comes back in place of its older leaf. For clients only.
 */
import type { Milliseconds } from '@reforms/protocol'
import { emptyPskIndex, joinGroup, joinGroupExternal, type GroupInfo, type Welcome } from 'ts-mls'
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js'
import { equalBytes } from '../document.ts'
import type { EpochRecord } from '../epoch.ts'
import { effectOfCommit } from './commit-effect.ts'
import { leafAt, rosterOfTree, type DeviceIdentity, type Leaf } from './credential.ts'
import { groupInfoOf } from './founding.ts'
import { enterEpoch, rosterOf, type MlsGroup } from './group.ts'
import { generateFor, privatePackageFrom } from './key-package-creation.ts'
import { checkContext, checkLeaves, openPublicState } from './public-state.ts'
import { MlsRefused, refusing } from './refusal.ts'
import { CLIENT_CONFIG, loadSuite, type Suite } from './suite.ts'
import { decodeMessage, decodeTree, encodeMessage } from './wire.ts'

/** A key package of this device that has not been used up. */
export interface OwnKeyPackage {
  readonly ref: Uint8Array
  readonly keyPackage: Uint8Array
  readonly secrets: Uint8Array
}

export interface WelcomedGroup {
  readonly group: MlsGroup
  /** `added` is the whole roster. */
  readonly record: EpochRecord
  /** The member that made the commit. */
  readonly addedBy?: Leaf
  readonly keyPackageRef: Uint8Array
}

/** Which key packages a Welcome is for. Throws MlsRefused 'malformed'. */
export function welcomeKeyPackageRefs(welcome: Uint8Array): Uint8Array[] {
  return decodeMessage(welcome, 'mls_welcome').welcome.secrets.map((secret) => secret.newMember)
}

/** Who signed the Welcome's GroupInfo; the library keeps that to itself. */
async function signerOf(welcome: Welcome, own: OwnKeyPackage, device: DeviceIdentity, suite: Suite) {
  const { initPrivateKey } = privatePackageFrom(own.secrets, device)
  const key = await suite.hpke.importPrivateKey(initPrivateKey)
  const secrets = await decryptGroupSecrets(key, own.ref, welcome, suite.hpke)
  if (!secrets) return undefined
  const noPsk = new Uint8Array(suite.kdf.size)
  const info: GroupInfo | undefined = await decryptGroupInfo(welcome, secrets.joinerSecret, noPsk, suite)
  return info?.signer
}

/** Throws MlsRefused: 'no-key-package' when none of ours fits. */
export async function joinByWelcome(input: {
  readonly welcome: Uint8Array
  readonly keyPackages: readonly OwnKeyPackage[]
  readonly device: DeviceIdentity
}): Promise<WelcomedGroup> {
  const suite = await loadSuite()
  const { welcome } = decodeMessage(input.welcome, 'mls_welcome')
  const own = input.keyPackages.find(({ ref }) =>
    welcome.secrets.some(({ newMember }) => equalBytes(newMember, ref)),
  )
  if (!own) throw new MlsRefused('no-key-package', 'the Welcome is for none of these key packages')
  const { keyPackage } = decodeMessage(own.keyPackage, 'mls_key_package')
  const secrets = privatePackageFrom(own.secrets, input.device)
  const [state, signer] = await refusing(
    'cannot-process',
    async () =>
      [
        await joinGroup(
          welcome,
          keyPackage,
          secrets,
          emptyPskIndex,
          suite,
          undefined,
          undefined,
          CLIENT_CONFIG,
        ),
        await signerOf(welcome, own, input.device, suite),
      ] as const,
  )
  checkContext(state.groupContext, suite)
  // The library has verified the tree: only our own rules are left.
  checkLeaves(state.ratchetTree, suite)
  const added = rosterOfTree(state.ratchetTree)
  const addedBy = signer === undefined ? undefined : leafAt(state.ratchetTree, signer)
  const entered = await enterEpoch(state, { added, removed: [] }, suite)
  return { ...entered, ...(addedBy ? { addedBy } : {}), keyPackageRef: own.ref }
}

/**
 * Makes an external commit. An older leaf of the same device is removed by the same commit. Throws MlsRefused for
 * whatever members or the server would refuse. The record's `added` is the whole roster.
 */
export async function joinExternally(input: {
  readonly groupInfo: Uint8Array
  readonly tree: Uint8Array
  readonly device: DeviceIdentity
  /** Commit evidence, of this device too: see evidence.ts. */
  readonly authenticatedData: Uint8Array
  readonly now: Milliseconds
}): Promise<{ commit: Uint8Array; groupInfo: Uint8Array; group: MlsGroup; record: EpochRecord }> {
  const suite = await loadSuite()
  const { device, now, authenticatedData } = input
  const { groupInfo } = decodeMessage(input.groupInfo, 'mls_group_info')
  const before = await openPublicState(groupInfo, decodeTree(input.tree), suite)
  const older = rosterOfTree(before.tree).some((leaf) => leaf.deviceId === device.deviceId)
  const own = await generateFor(device, { now, lastResort: false, suite })
  const { publicPackage, privatePackage } = own
  const { publicMessage, newState } = await refusing('bad-group-info', () =>
    joinGroupExternal(
      groupInfo,
      publicPackage,
      privatePackage,
      older,
      suite,
      before.tree,
      CLIENT_CONFIG,
      authenticatedData,
    ),
  )
  await effectOfCommit(before, publicMessage, { suite, now })
  const { group, record } = await enterEpoch(newState, { added: [], removed: [] }, suite)
  return {
    commit: encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }),
    groupInfo: await groupInfoOf(newState, suite),
    group,
    record: { ...record, added: rosterOf(group) },
  }
}
