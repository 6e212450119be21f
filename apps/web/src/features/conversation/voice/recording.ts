/** One recording of the microphone: begun, then ended or thrown away. For useRecorder.ts. */
import { levelsOf, loudnessOf } from './levels.ts'

/** Why there is none, as browsers tell it apart. */
export type RecordingProblem = 'refused' | 'missing' | 'busy' | 'unsupported'

export interface Recorded {
  readonly sound: Blob
  readonly mediaType: string
  /** Of the file's name. */
  readonly ending: string
  readonly durationMs: number
  readonly levels: number[]
}

export const RECORDING_MAX_MS = 30 * 60 * 1000
/** Speech in Opus: 240 KB a minute. */
const BITS_PER_SECOND = 32_000
const SAMPLE_MS = 50
const SAMPLES = 1024
/** The first that the browser can write. */
const FORMS = [
  { recorder: 'audio/webm;codecs=opus', mediaType: 'audio/webm', ending: 'webm' },
  { recorder: 'audio/ogg;codecs=opus', mediaType: 'audio/ogg', ending: 'ogg' },
  { recorder: 'audio/mp4;codecs=opus', mediaType: 'audio/mp4', ending: 'm4a' },
  { recorder: 'audio/mp4', mediaType: 'audio/mp4', ending: 'm4a' },
] as const
type Form = (typeof FORMS)[number]

const WANTED = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 }

function findForm(): Form | undefined {
  return typeof MediaRecorder === 'undefined'
    ? undefined
    : FORMS.find(({ recorder }) => MediaRecorder.isTypeSupported(recorder))
}

function problemOf(error: unknown): RecordingProblem {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy'
}

export class Recording {
  readonly #stream: MediaStream
  readonly #recorder: MediaRecorder
  readonly #form: Form
  readonly #context: AudioContext
  readonly #parts: Blob[] = []
  readonly #loudness: number[] = []
  readonly #beganAt = performance.now()
  readonly #timer: ReturnType<typeof setInterval>

  /** Asks for the microphone. `onHeard` is told often, of all that was heard so far. */
  static async begin(onHeard: (recording: Recording) => void): Promise<Recording | RecordingProblem> {
    const form = findForm()
    if (!form || !navigator.mediaDevices) return 'unsupported'
    let stream: MediaStream | undefined
    let context: AudioContext | undefined
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED })
      context = new AudioContext()
      return new Recording({ stream, context }, form, onHeard)
    } catch (error) {
      // What fails after the microphone was given must not leave it on.
      giveBack(stream, context)
      return problemOf(error)
    }
  }

  private constructor(
    { stream, context }: { stream: MediaStream; context: AudioContext },
    form: Form,
    onHeard: (recording: Recording) => void,
  ) {
    this.#stream = stream
    this.#context = context
    this.#form = form
    const options = { mimeType: form.recorder, audioBitsPerSecond: BITS_PER_SECOND }
    this.#recorder = new MediaRecorder(stream, options)
    this.#recorder.ondataavailable = ({ data }) => this.#parts.push(data)
    this.#recorder.start()
    const analyser = new AnalyserNode(this.#context, { fftSize: SAMPLES })
    this.#context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(SAMPLES)
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      this.#hear(loudnessOf(samples))
      onHeard(this)
    }, SAMPLE_MS)
  }

  get durationMs(): number {
    return performance.now() - this.#beganAt
  }

  /** The newest ones, as they are drawn while one speaks. */
  newest(count: number): number[] {
    return this.#loudness.slice(-count)
  }

  /** A page in the background is asked less often: the places between are filled, so that they are equal in length. */
  #hear(loudness: number): void {
    const places = Math.max(1, Math.floor(this.durationMs / SAMPLE_MS) - this.#loudness.length)
    for (let place = 0; place < places; place += 1) this.#loudness.push(loudness)
  }

  async end(): Promise<Recorded> {
    const durationMs = Math.max(1, Math.round(this.durationMs))
    if (this.#recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => this.#recorder.addEventListener('stop', resolve))
      this.#recorder.stop()
      await stopped
    }
    this.discard()
    const { mediaType, ending } = this.#form
    const sound = new Blob(this.#parts, { type: mediaType })
    return { sound, mediaType, ending, durationMs, levels: levelsOf(this.#loudness) }
  }

  /** Also gives the microphone back. */
  discard(): void {
    clearInterval(this.#timer)
    giveBack(this.#stream, this.#context)
  }
}

function giveBack(stream: MediaStream | undefined, context: AudioContext | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
  if (context && context.state !== 'closed') void context.close()
}
