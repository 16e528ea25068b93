import { useQuery } from '@tanstack/react-query';
import { LoaderCircle, Paperclip, Reply, SendHorizontal, X } from 'lucide-react';
import { useEffect, useId, useLayoutEffect, useRef, useState, type Ref } from 'react';
import type { CannedReply, WhatsAppMessage } from '@/shared/api/whatsapp';
import { useLocale } from '@/shared/i18n/use-locale';
import { isKey } from '@/shared/keys/shortcuts';
import { IconButton } from '@/shared/ui/button';
import { Said } from '@/shared/ui/text';
import { typing } from '../api/conversations';
import { repliesQuery } from '../api/templates';
import { askedReplies, Canned } from './canned';
import styles from './chat.module.css';
import type { Chat } from './use-chat';
import type { useAttachments } from './use-attachments';
import { kindWords } from './words';

const MOST = 4096;
const TYPING_MS = 10_000;

/** What was being written where, for as long as the page is open: another conversation is looked at meanwhile. */
const drafts = new Map<number, string>();

interface Props {
  ref?: Ref<HTMLTextAreaElement>;
  conversation: number;
  chat: Chat;
  attached: ReturnType<typeof useAttachments>;
  replyTo: WhatsAppMessage | null;
  onReplyTo: (message: WhatsAppMessage | null) => void;
}

/** Enter sends, Shift with Enter begins a line, `/` offers kept answers; files come from a picker, a drop or the clipboard. */
export function Composer({ ref, conversation, chat, attached, replyTo, onReplyTo }: Props) {
  const { t } = useLocale();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(() => drafts.get(conversation) ?? '');
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState(false);
  const said = useRef(0);
  const asking = text.startsWith('/');
  const { data: kept = [] } = useQuery({ ...repliesQuery, enabled: asking });
  const offered = closed ? null : askedReplies(text, kept);
  const current = Math.min(at, (offered?.length ?? 0) - 1);
  useEffect(() => {
    if (text) drafts.set(conversation, text);
    else drafts.delete(conversation);
  }, [conversation, text]);
  // As high as what is written, and no higher than the style allows.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.blockSize = 'auto';
    area.style.blockSize = `${area.scrollHeight + 2}px`;
  }, [text]);
  const ready = (text.trim() !== '' || attached.files.length > 0) && !attached.busy;

  const send = () => {
    if (!ready) return;
    const words = text.trim();
    const answered = replyTo ? { reply_to: replyTo.id } : {};
    attached.files.forEach(({ media }, index) => {
      if (!media) return;
      const first = index === 0;
      chat.write(
        {
          kind: 'media',
          media_id: media.id,
          ...(first && words && { caption: words }),
          ...(first && answered),
        },
        { name: media.name, mime: media.mime, size: media.size },
      );
    });
    if (attached.files.length === 0) chat.write({ kind: 'text', text: words, ...answered });
    attached.clear();
    setText('');
    onReplyTo(null);
    field.current?.focus();
  };
  const pick = (reply: CannedReply) => {
    setText(reply.text);
    field.current?.focus();
  };
  const onChange = (next: string) => {
    setText(next);
    setClosed(false);
    setAt(0);
    const now = Date.now();
    if (next && !next.startsWith('/') && now - said.current > TYPING_MS) {
      said.current = now;
      typing(conversation);
    }
  };
  const onKeyDown = (press: React.KeyboardEvent) => {
    if (press.nativeEvent.isComposing) return;
    if (offered && offered.length > 0) {
      const one = offered[current];
      if (isKey(press, 'ArrowDown')) setAt((current + 1) % offered.length);
      else if (isKey(press, 'ArrowUp')) setAt((current - 1 + offered.length) % offered.length);
      else if (isKey(press, 'Enter', 'Tab') && one) pick(one);
      else if (isKey(press, 'Escape')) setClosed(true);
      else return;
      press.preventDefault();
      press.stopPropagation();
    } else if (isKey(press, 'Enter') && !press.shiftKey) {
      press.preventDefault();
      send();
    } else if (isKey(press, 'Escape') && replyTo) {
      press.stopPropagation();
      onReplyTo(null);
    }
  };
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {offered && (
        <Canned id={`${id}-replies`} replies={offered} current={current} onPick={pick} onPoint={setAt} />
      )}
      {replyTo && (
        <p className={styles.replying}>
          <Reply size={16} aria-hidden className="mirror" />
          <span>
            <span className="hidden-visually">{t('whatsapp.replyingTo')} </span>
            <Said>{replyTo.body || kindWords(t, replyTo)}</Said>
          </span>
          <IconButton small label={t('whatsapp.noReply')} onClick={() => onReplyTo(null)}>
            <X size={16} aria-hidden />
          </IconButton>
        </p>
      )}
      {attached.files.length > 0 && (
        <ul className={styles.attached} aria-label={t('whatsapp.attached')}>
          {attached.files.map((one) => (
            <li key={one.key} aria-busy={one.media === null || undefined}>
              {one.media ? <Paperclip size={16} aria-hidden /> : <LoaderCircle size={16} aria-hidden />}
              <Said>{one.name}</Said>
              <IconButton
                small
                label={t('whatsapp.detach', { name: one.name })}
                onClick={() => attached.drop(one.key)}
              >
                <X size={16} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.writing}>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            attached.take(event.target.files ?? []);
            event.target.value = '';
          }}
        />
        <IconButton label={t('whatsapp.attach')} onClick={() => picker.current?.click()}>
          <Paperclip size={18} aria-hidden />
        </IconButton>
        <textarea
          ref={(area) => {
            field.current = area;
            if (typeof ref === 'function') ref(area);
            else if (ref) ref.current = area;
          }}
          className={styles.field}
          // What has no letter yet has no direction either: the cursor stays where the page begins.
          dir={/\p{L}/u.test(text) ? 'auto' : undefined}
          rows={1}
          maxLength={MOST}
          aria-label={t('whatsapp.write')}
          placeholder={t('whatsapp.write')}
          role={offered ? 'combobox' : undefined}
          aria-expanded={offered ? true : undefined}
          aria-controls={offered ? `${id}-replies` : undefined}
          aria-activedescendant={offered && current >= 0 ? `${id}-replies-${current}` : undefined}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            attached.take(event.clipboardData.files);
          }}
        />
        <IconButton type="submit" label={t('whatsapp.send')} look="primary" disabled={!ready}>
          <SendHorizontal size={18} aria-hidden className="mirror" />
        </IconButton>
      </div>
    </form>
  );
}
