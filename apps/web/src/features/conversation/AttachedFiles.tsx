/** The files that wait in the composer to go with the next message. */
import { File as FileIcon, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { sizeOf } from '../../ui/size.ts'
import { isImage, type Attachment } from './attachments.ts'

interface AttachedFilesProps {
  files: Attachment[]
  onRemove: (id: number) => void
}

export function AttachedFiles({ files, onRemove }: AttachedFilesProps) {
  if (files.length === 0) return null
  return (
    <ul className="attached" aria-label={text.conversation.attached}>
      {files.map((file) => (
        <li key={file.id} className="attached-file">
          {isImage(file.mediaType) ? <Thumbnail file={file} /> : <FileIcon size={20} aria-hidden="true" />}
          <span className="grow">
            <bdi className="attached-name truncate small">{file.name}</bdi>
            <span className="muted tabular attached-size">{sizeOf(file.file.size)}</span>
          </span>
          <IconButton
            size="small"
            name={text.conversation.removeFile(file.name)}
            icon={<X size={16} />}
            onClick={() => onRemove(file.id)}
          />
        </li>
      ))}
    </ul>
  )
}

function Thumbnail({ file }: { file: Attachment }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(file.file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return url ? <img className="attached-picture" src={url} alt="" /> : <span className="attached-picture" />
}
