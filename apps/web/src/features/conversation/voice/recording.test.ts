import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Recording } from './recording.ts'

/** There is no microphone where this runs: what a browser has instead of it, and where it fails. */
const fault = () => {
  throw new DOMException('no', 'NotSupportedError')
}
const stop = vi.fn<() => void>()
const close = vi.fn<() => Promise<void>>(() => Promise.resolve())

class Recorder {
  static isTypeSupported = () => true
  start() {}
}
class Context {
  state = 'running'
  close = close
  createMediaStreamSource = () => ({ connect: () => undefined })
}
class Analyser {}

beforeEach(() => {
  stop.mockClear()
  close.mockClear()
  const stream = { getTracks: () => [{ stop }] }
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => Promise.resolve(stream) } })
  vi.stubGlobal('MediaRecorder', Recorder)
  vi.stubGlobal('AudioContext', Context)
  vi.stubGlobal('AnalyserNode', Analyser)
})
afterEach(() => vi.unstubAllGlobals())

const Refusing = class {
  static isTypeSupported = () => true
  constructor() {
    fault()
  }
}

class RefusingToStart extends Recorder {
  override start = fault
}

test.each([
  ['MediaRecorder', Refusing],
  ['MediaRecorder', RefusingToStart],
  ['AudioContext', Refusing],
  ['AnalyserNode', Refusing],
])('the microphone is given back where %s fails after it was given', async (name, failing) => {
  vi.stubGlobal(name, failing)
  expect(await Recording.begin(() => undefined)).toBe('busy')
  expect(stop).toHaveBeenCalledOnce()
  expect(close).toHaveBeenCalledTimes(name === 'AudioContext' ? 0 : 1)
})

test('it stays on while one records, until that is thrown away', async () => {
  const recording = await Recording.begin(() => undefined)
  expect(stop).not.toHaveBeenCalled()
  if (typeof recording === 'string') throw new Error(recording)
  recording.discard()
  expect(stop).toHaveBeenCalledOnce()
})
