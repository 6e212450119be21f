/** Caps on every input, with the unit in the name. SPEC.md, section "Limits" (LIM-1). */
export const PAYLOAD_MAX_BYTES = 256 * 1024
/** A commit that adds 100 members to 1,000 measures about 330 KB. */
export const COMMIT_MAX_BYTES = 2 * 1024 * 1024
export const TREE_MAX_BYTES = 4 * 1024 * 1024
export const WELCOME_MAX_BYTES = 4 * 1024 * 1024
export const GROUP_INFO_MAX_BYTES = 64 * 1024
export const KEY_PACKAGE_MAX_BYTES = 8 * 1024
export const ENVELOPE_MAX_BYTES = 256 * 1024
export const VAULT_RECORD_MAX_BYTES = 64 * 1024
/** Of one beacon, sealed. */
export const BEACON_MAX_BYTES = 2048
export const DOCUMENT_MAX_BYTES = 64 * 1024
export const SEALED_KEYS_MAX_BYTES = 16 * 1024
/** The largest file that the formats know; how large one may be, an organisation decides below that. */
export const FILE_MAX_BYTES = 64 * 1024 * 1024 * 1024
/** Of one, encrypted: 16 bytes more for each chunk of 1 MiB. */
export const BLOB_MAX_BYTES = FILE_MAX_BYTES + (FILE_MAX_BYTES / (1024 * 1024)) * 16
export const REQUEST_MAX_BYTES = 12 * 1024 * 1024
export const FRAME_MAX_BYTES = 12 * 1024 * 1024

export const LOG_PAGE_MAX = 500
export const LIST_PAGE_MAX = 500
export const BEACON_PAGE_MAX = 1000
/** Of 64 KiB each at most, and of a few hundred bytes as a rule. */
export const LOGGED_DOCUMENTS_MAX = 20
/** Teams of one organisation, and people in one of them: all are told to every client. */
export const TEAMS_MAX = 100
export const TEAM_MEMBERS_MAX = 500
/** Invite links to one channel that are good at the same time. */
export const CHANNEL_LINKS_MAX = 50
export const CHANNEL_LINK_USES_MAX = 1000
export const CHANNEL_LINK_HOURS_MAX = 30 * 24
export const CHANNEL_LINK_REQUESTS_PAGE_MAX = 100
/** The organisation's own emoji: every client keeps all of their pictures. */
export const EMOJI_MAX = 500
export const EMOJI_MAX_BYTES = 128 * 1024
export const EMOJI_SIDE_MAX_PIXELS = 128
/** Pictures that one answer holds. */
export const EMOJI_PAGE_MAX = 20
/** Never only digits, as between the colons of a time of day. */
export const EMOJI_NAME_PATTERN = '^[a-z][a-z0-9_-]{0,30}[a-z0-9]$'
export const DEVICES_MAX = 50
export const KEY_PACKAGES_MAX = 100
export const TURN_ADDS_MAX = 100
export const NAME_MAX_CHARACTERS = 80
export const TOPIC_MAX_CHARACTERS = 500
export const DESCRIPTION_MAX_CHARACTERS = 4000
export const USER_NAME_PATTERN = '^[a-z0-9][a-z0-9._-]{1,31}$'
export const PASSWORD_MIN_CHARACTERS = 10
export const PASSWORD_MAX_CHARACTERS = 256

/** How long a device may hold a turn to commit. */
export const TURN_MS = 10_000
/** How often the gateway repeats the heads of a socket's changed channels. */
export const HEADS_INTERVAL_MS = 15_000
export const KEY_PACKAGE_LIFETIME_DAYS = 90
export const EPOCH_MAX_AGE_MS = 24 * 60 * 60 * 1000
export const EPOCH_MAX_ENTRIES = 5000
export const IDENTITY_RESET_NOTICE_MS = 72 * 60 * 60 * 1000
