import type { CannedReply } from '@/shared/api/whatsapp';
import { useLocale } from '@/shared/i18n/use-locale';
import { cx } from '@/shared/ui/cx';
import { Said } from '@/shared/ui/text';
import styles from './chat.module.css';

/** Those that a `/` with the beginning of a word asks for; null while nothing is asked. */
export function askedReplies(typed: string, replies: readonly CannedReply[]): CannedReply[] | null {
  const match = /^\/(\S*)$/.exec(typed);
  if (!match) return null;
  const word = (match[1] ?? '').toLocaleLowerCase();
  return replies.filter(
    (one) =>
      one.shortcut.toLocaleLowerCase().startsWith(word) ||
      (word.length > 1 && one.text.toLocaleLowerCase().includes(word)),
  );
}

interface Props {
  id: string;
  replies: readonly CannedReply[];
  current: number;
  onPick: (reply: CannedReply) => void;
  onPoint: (index: number) => void;
}

/** Answers that are kept, above the field that asked for them; the field keeps the focus and the keys. */
export function Canned({ id, replies, current, onPick, onPoint }: Props) {
  const { t } = useLocale();
  return (
    <div className={styles.canned} id={id} role="listbox" aria-label={t('whatsapp.replies')}>
      {replies.map((one, index) => (
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field keeps the focus and the keys; an option is only for the pointer
        <div
          key={one.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === current}
          className={cx(styles.option, index === current && styles.current)}
          onPointerDown={(press) => press.preventDefault()}
          onClick={() => onPick(one)}
          onPointerMove={() => onPoint(index)}
        >
          <strong>
            /<Said>{one.shortcut}</Said>
          </strong>
          <Said>{one.text}</Said>
        </div>
      ))}
      {replies.length === 0 && <p className={styles.quiet}>{t('whatsapp.noReplies')}</p>}
    </div>
  );
}
