/** What fits into one entry with room for encryption, even where every character takes four bytes. */
export const MESSAGE_MAX_CHARACTERS = 40_000
