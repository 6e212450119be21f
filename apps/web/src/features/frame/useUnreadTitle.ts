/**
 * The page's title and icon carry what is unread. Browsers write titles to their history in clear: of conversations only public
 * channels are named there.
 */
import type { ChannelItem } from '@reforms/client'
import { useEffect } from 'react'
import type { Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { useChannels } from '../../watch/engine.tsx'

export function unreadOf(items: readonly ChannelItem[]): { unread: number; forMe: number } {
  const live = items.filter((item) => !item.archived)
  return {
    unread: live.reduce((sum, item) => sum + item.unread, 0),
    forMe: live.reduce((sum, item) => sum + item.mentions, 0),
  }
}

export function useUnreadTitle(route: Route): void {
  const channels = useChannels()
  const { unread, forMe } = unreadOf(channels)
  const place = placeName(route, channels)
  useEffect(() => {
    document.title = text.frame.title(unread, place)
    setIcon(forMe > 0 ? forMe : unread > 0 ? 0 : undefined)
  }, [unread, forMe, place])
  useEffect(
    () => () => {
      document.title = text.ui.product
      setIcon(undefined)
    },
    [],
  )
}

function placeName(route: Route, channels: readonly ChannelItem[]): string {
  switch (route.place) {
    case 'channel':
      return conversationName(channels.find((item) => item.channelId === route.channelId))
    case 'threads':
    case 'saved':
    case 'reminders':
      return text.personal[route.place]
    case 'inbox':
      return text.inbox.title
    case 'scheduled':
      return text.later.title
    case 'people':
      return text.frame.people
    case 'settings':
      return text.frame.settings
    case 'admin':
      return text.frame.administration
    case 'browse':
      return text.frame.browse
    default:
      return text.ui.product
  }
}

function conversationName(item: ChannelItem | undefined): string {
  if (item === undefined) return text.ui.product
  return item.kind === 'public' ? item.name : text.channels.kinds[item.kind]
}

const PLAIN_ICON = '/favicon.svg'
const SIZE = 64
/** From here on no number is told from another. */
const MANY = 10
/** By what they tell: to draw one takes longer than to draw a message. */
const drawn = new Map<number, string>()
/** What is to be told now, should one be drawn meanwhile. */
let wanted: number | undefined

/** `undefined`: the plain icon; 0: a dot; a number: that number. */
function setIcon(count: number | undefined): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (!link) return
  wanted = count === undefined ? undefined : Math.min(count, MANY)
  const known = wanted === undefined ? PLAIN_ICON : drawn.get(wanted)
  if (known !== undefined) link.href = known
  else if (wanted !== undefined) drawIcon(wanted, link)
}

function drawIcon(count: number, link: HTMLLinkElement): void {
  const image = new Image()
  image.onload = () => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = SIZE
    const pen = canvas.getContext('2d')
    if (!pen) return
    pen.drawImage(image, 0, 0, SIZE, SIZE)
    drawBadge(pen, count)
    const icon = canvas.toDataURL('image/png')
    drawn.set(count, icon)
    if (wanted === count) link.href = icon
  }
  image.src = PLAIN_ICON
}

function drawBadge(pen: CanvasRenderingContext2D, count: number): void {
  const radius = count > 0 ? 20 : 13
  pen.fillStyle = '#d23f31'
  pen.beginPath()
  pen.arc(SIZE - radius, radius, radius, 0, 2 * Math.PI)
  pen.fill()
  if (count === 0) return
  pen.fillStyle = '#ffffff'
  pen.font = 'bold 28px sans-serif'
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(count >= MANY ? '9+' : String(count), SIZE - radius, radius + 2, 2 * radius - 6)
}
