import { useEffect, useRef, useState } from 'react';
import type { UploadedMedia } from '@/shared/api/whatsapp';
import { useErrorText } from '@/shared/api/use-error-text';
import { useToast } from '@/shared/ui/use-toast';
import { uploadMedia } from '../api/messages';
import { newKey } from './outbox';

/** A file beside what is written; it is at the engine before it is sent. */
export interface Attachment {
  key: string;
  name: string;
  media: UploadedMedia | null;
}

const MOST = 10;

/** Files that are to go with the next message: taken from a picker, a drop or the clipboard. */
export function useAttachments() {
  const toast = useToast();
  const errorText = useErrorText();
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const work = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const all = work.current;
    return () => {
      for (const one of all.values()) one.abort();
    };
  }, []);
  const drop = (key: string) => {
    work.current.get(key)?.abort();
    work.current.delete(key);
    setFiles((now) => now.filter((one) => one.key !== key));
  };
  const take = (given: Iterable<File>) => {
    for (const file of [...given].slice(0, MOST - files.length)) {
      const key = newKey();
      const control = new AbortController();
      work.current.set(key, control);
      setFiles((now) => [...now, { key, name: file.name, media: null }]);
      uploadMedia(file, control.signal)
        .then((media) => setFiles((now) => now.map((one) => (one.key === key ? { ...one, media } : one))))
        .catch((error: unknown) => {
          if (control.signal.aborted) return;
          drop(key);
          toast.show({ tone: 'bad', text: `${file.name}: ${errorText(error)}` });
        });
    }
  };
  return {
    files,
    busy: files.some((one) => one.media === null),
    take,
    drop,
    clear: () => setFiles([]),
  };
}
