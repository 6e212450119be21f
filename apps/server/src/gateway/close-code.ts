/** Why the gateway closes a socket (RFC 6455, section 7.4; SPEC.md, GW-5 to GW-8). After all but SIGNED_OUT a client reconnects. */
export const CLOSE = {
  /** A frame that is not what it should be. */
  MALFORMED: 1007,
  /** The server restarts. */
  RESTART: 1012,
  /** The client reads too slowly, or its subscription was lost: reconnect and catch up. */
  CATCH_UP: 1013,
  /** The session is over. */
  SIGNED_OUT: 4001,
} as const
