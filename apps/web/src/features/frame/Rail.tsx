/** The narrow rail of places; at the foot of a narrow screen, a bar. */
import type { Me } from '@reforms/client'
import {
  Contact,
  Download,
  LogOut,
  MessagesSquare,
  Moon,
  Settings,
  ShieldCheck,
  SmilePlus,
  Keyboard,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { hashOf, OWN_PLACES, type Route } from '../../route/route.ts'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { useChannels, useEngine, usePeople, useQuery } from '../../watch/engine.tsx'
import { useOpenSheet } from './sheets.ts'
import { unreadOf } from './useUnreadTitle.ts'

const HOUR_MS = 60 * 60 * 1000

export function Rail({ route, me }: { route: Route; me: Me }) {
  const { forMe } = unreadOf(useChannels())
  const inMessages = ['home', 'channel', 'browse', 'search', ...OWN_PLACES].includes(route.place)
  return (
    <nav className="rail" aria-label={text.frame.places}>
      <span className="rail-mark">
        <Mark size={30} />
      </span>
      <RailItem
        name={text.frame.messages}
        to={{ place: 'home' }}
        current={inMessages}
        icon={<MessagesSquare />}
      >
        {forMe > 0 && (
          <span className="badge rail-badge">
            {forMe}
            <span className="hidden-visually"> {text.frame.mentions(forMe)}</span>
          </span>
        )}
      </RailItem>
      <RailItem
        name={text.frame.people}
        to={{ place: 'people' }}
        current={route.place === 'people'}
        icon={<Contact />}
      />
      {me.role === 'administrator' && (
        <RailItem
          name={text.frame.administration}
          to={{ place: 'admin' }}
          current={route.place === 'admin'}
          icon={<ShieldCheck />}
        />
      )}
      <span className="rail-space" />
      <RailItem
        name={text.frame.settings}
        to={{ place: 'settings' }}
        current={route.place === 'settings'}
        icon={<Settings />}
      />
      <OwnMenu me={me} />
    </nav>
  )
}

interface RailItemProps {
  name: string
  to: Route
  current: boolean
  icon: ReactNode
  children?: ReactNode
}

function RailItem({ name, to, current, icon, children }: RailItemProps) {
  return (
    <Tooltip text={name}>
      <a
        className="rail-item"
        href={hashOf(to)}
        aria-label={children ? undefined : name}
        aria-current={current ? 'page' : undefined}
      >
        <span className="rail-icon" aria-hidden="true">
          {icon}
        </span>
        <span className="rail-words">{name}</span>
        {children}
      </a>
    </Tooltip>
  )
}

function OwnMenu({ me }: { me: Me }) {
  const open = useOpenSheet()
  const mine = usePeople().find((person) => person.userId === me.userId)
  return (
    <Menu
      side="end"
      align="end"
      trigger={
        <button type="button" className="rail-item rail-me" aria-label={text.frame.me(me.displayName)}>
          <Avatar name={me.displayName} seed={mine?.colourSeed ?? ''} presence={mine?.presence} />
        </button>
      }
    >
      <MenuItem icon={<SmilePlus size={16} />} onSelect={() => open('status')}>
        {mine?.shows?.status ? `${mine.shows.status.emoji} ${mine.shows.status.text}` : text.status.set}
      </MenuItem>
      <QuietItem />
      <MenuLine />
      <MenuItem icon={<Settings size={16} />} onSelect={() => go({ place: 'settings' })}>
        {text.frame.settings}
      </MenuItem>
      <MenuItem icon={<Download size={16} />} onSelect={() => open('export')}>
        {text.export.own}
      </MenuItem>
      <MenuItem icon={<Keyboard size={16} />} onSelect={() => open('shortcuts')}>
        {text.frame.shortcuts}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<LogOut size={16} />} onSelect={() => open('sign-out')}>
        {text.frame.signOut}
      </MenuItem>
    </Menu>
  )
}

function QuietItem() {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const quiet = useQuery('ownStatus', {})?.endsByHand ?? false
  const change = () => {
    const input = quiet ? {} : { until: Date.now() + HOUR_MS }
    engine.send('quiet.set', input).catch(tellProblem)
  }
  return (
    <MenuItem icon={<Moon size={16} />} onSelect={change}>
      {quiet ? text.status.quietEnd : text.status.quietHour}
    </MenuItem>
  )
}
