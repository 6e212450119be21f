/** Channel: the handlers of its operations. Standing, membership and removal are imported from their own files. */
import type { Handlers } from '../../ports/call.ts'
import { add, join, leave, remove } from './entering.ts'
import { create } from './founding.ts'
import { readGroupState } from './group.ts'
import { create as createLink, list as listLinks, revoke as revokeLink } from './invite-link.ts'
import { askByLink, check as checkLink, requests } from './invite-request.ts'
import { browse, list, read } from './listing.ts'
import { release, take } from './turn.ts'
import { update } from './update.ts'

export const channelHandlers = {
  'channel.create': create,
  'channel.list': list,
  'channel.browse': browse,
  'channel.read': read,
  'channel.update': update,
  'channel.join': join,
  'channel.add': add,
  'channel.remove': remove,
  'channel.leave': leave,
  'channelLink.create': createLink,
  'channelLink.list': listLinks,
  'channelLink.revoke': revokeLink,
  'channelLink.check': checkLink,
  'channelLink.ask': askByLink,
  'channelLink.requests': requests,
  'turn.take': take,
  'turn.release': release,
  'group.read': readGroupState,
} satisfies Partial<Handlers>
