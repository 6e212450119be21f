/** The worker thread that follows groups' public state: takes jobs one at a time, says how long each took. Begun by group-thread.ts. */
import { parentPort } from 'node:worker_threads'
import { GroupJobs, type GroupJob } from './group-job.ts'

const port = parentPort
if (!port) throw new Error('this is a worker thread of the server')
const jobs = new GroupJobs()

port.on('message', (job: GroupJob) => {
  const began = performance.now()
  void jobs.run(job).then((outcome) => {
    const seconds = (performance.now() - began) / 1000
    const transfer = 'group' in outcome ? [outcome.group.state.buffer as ArrayBuffer] : []
    port.postMessage({ outcome, seconds }, transfer)
  })
})
port.postMessage('ready')
