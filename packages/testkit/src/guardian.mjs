/**
 * Ends what a test server leaves behind when its test process is killed: started beside each server, with the test process's id
 * the data folder, and the folder to remove, which holds it. It waits until the test process is gone, then ends the server and
 * the embedded PostgreSQL of this very folder, by their ids. Whoever started it ends it when all is well.
 */
import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 1000
const GRACE_MS = 3000
const [testProcess, dataFolder, place] = process.argv.slice(2)

function send(pid, signal) {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** An id that a file of the folder names, if that process still is of this folder. */
function owner(file, find) {
  try {
    const pid = Number(find(readFileSync(`${dataFolder}/${file}`, 'utf8')))
    const facts = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')).join()
    return facts.includes(place) ? pid : undefined
  } catch {
    return undefined
  }
}

while (send(Number(testProcess), 0)) await sleep(POLL_MS)
const server = owner('lock', (text) => JSON.parse(text).pid)
if (server) send(server, 'SIGKILL')
const postgres = owner('postgres/postmaster.pid', (text) => text.split('\n', 1)[0])
if (postgres) send(postgres, 'SIGQUIT')
await sleep(GRACE_MS)
rmSync(place, { recursive: true, force: true })
