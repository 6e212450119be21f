/** Words about the program itself, where it cannot run as it should. Its workers say some of them: they load this file alone. */
export const platformText = {
  notLoaded: 'The program could not be loaded. Check the connection and reload the page.',
  late: 'This takes longer than usual: the connection is slow, or another window of this address does not answer. Close other windows of this address, or wait.',
  takenOver:
    'Another window took over while this was under way. Look whether it was done, and try again if not.',
  filesInUse:
    'Another window still has this profile’s messages open. Close other windows of this address and wait a moment.',
  failed: 'Something went wrong in this program. Try again; if it stays, reload the page.',
  needs: {
    secure: 'a secure connection (https)',
    encryption: 'encryption (Web Crypto)',
    locks: 'coordination between tabs (Web Locks)',
    files: 'private files (origin private file system)',
    database: 'a local database (IndexedDB)',
    channels: 'messages between tabs (BroadcastChannel)',
    workers: 'background work (workers)',
    webAssembly: 'WebAssembly',
  },
}
