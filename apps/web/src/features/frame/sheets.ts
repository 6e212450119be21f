/** The dialogs that can be opened from anywhere in the main layout; one at a time. */
import type { ChannelId } from '@reforms/protocol'
import { createContext, use } from 'react'
import type { ChannelDialogKind } from '../channels/ChannelDialog.tsx'

export type Sheet =
  | 'palette'
  | 'shortcuts'
  | 'new-channel'
  | 'new-message'
  | 'new-section'
  | 'new-emoji'
  | 'status'
  | 'export'
  | 'sign-out'
  | ChannelSheet

/** A dialog about a channel, where the channel need not be open. */
export interface ChannelSheet {
  channelId: ChannelId
  dialog: ChannelDialogKind
}

export const SheetContext = createContext<(sheet: Sheet) => void>(() => undefined)

export function useOpenSheet(): (sheet: Sheet) => void {
  return use(SheetContext)
}
