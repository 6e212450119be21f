/** A voice message in the conversation: it is fetched when it is played. */
import type { FileView, WaveformView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { Download } from 'lucide-react'
import { text } from '../../../text/index.ts'
import { durationOf } from '../../../ui/duration.ts'
import { IconButton } from '../../../ui/IconButton.tsx'
import { Spinner } from '../../../ui/Spinner.tsx'
import { useEngine } from '../../../watch/engine.tsx'
import { fileUrl, useDownload } from '../file-urls.ts'
import { Player } from './Player.tsx'
import { usePlaying } from './playing.ts'

interface VoiceMessageProps {
  channelId: ChannelId
  file: FileView
  waveform: WaveformView
}

export function VoiceMessage({ channelId, file, waveform }: VoiceMessageProps) {
  const engine = useEngine()
  const playing = usePlaying(() => fileUrl(engine, channelId, file.blobId))
  const saving = useDownload(channelId, file)
  return (
    <div className="voice" role="group" aria-label={text.voice.message(durationOf(waveform.durationMs))}>
      <Player waveform={waveform} playing={playing} />
      <button
        type="button"
        className="voice-speed small tabular"
        aria-label={text.voice.speed(text.voice.factor(playing.speed))}
        onClick={playing.nextSpeed}
      >
        {text.voice.factor(playing.speed)}
      </button>
      <IconButton
        size="small"
        name={text.conversation.download(file.name)}
        icon={saving.busy ? <Spinner /> : <Download size={16} />}
        disabled={saving.busy}
        onClick={saving.start}
      />
      {playing.state === 'failed' && (
        <span className="voice-failed small" role="alert">
          {text.voice.failed}
        </span>
      )}
    </div>
  )
}
