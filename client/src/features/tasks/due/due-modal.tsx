import * as Radix from '@radix-ui/react-dialog';
import { BellRing } from 'lucide-react';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { Due } from '@/shared/hints/frames';
import { useLocale } from '@/shared/i18n/use-locale';
import { useSingleKeys } from '@/shared/keys/shortcuts';
import { Badge } from '@/shared/ui/badge';
import { Said } from '@/shared/ui/text';
import { DueActions } from './due-actions';
import { DueFacts } from './due-facts';
import { dueAction } from './due-keys';
import { DueList } from './due-list';
import styles from './due-modal.module.css';
import { useDueActions } from './use-due-actions';

/** More than this at once are a list. */
const ONE_BY_ONE = 5;
/** Keys that were meant for what was typed when the reminder came up are not answers to it. */
const DEAF_MS = 500;

/** What rings, over the whole page. It goes when it is answered, here or anywhere; nothing else closes it. */
export function DueModal({ ringing }: { ringing: readonly Due[] }) {
  const { dir } = useLocale();
  const panel = useRef<HTMLDivElement>(null);
  const stay = (event: Event) => event.preventDefault();
  const first = ringing[0];
  if (!first) return null;
  return (
    <Radix.Root open>
      <Radix.Portal>
        <div className={styles.veil} data-modal="" data-due="">
          <Radix.Content
            ref={panel}
            className={styles.panel}
            dir={dir}
            aria-describedby={undefined}
            onEscapeKeyDown={stay}
            onInteractOutside={stay}
            onOpenAutoFocus={(event) => {
              // Not on a button: Enter that was meant for elsewhere would press it.
              event.preventDefault();
              panel.current?.focus();
            }}
          >
            {ringing.length > ONE_BY_ONE ? (
              <DueList ringing={ringing} />
            ) : (
              <One key={`${first.reminder_id}:${first.rings}`} due={first} next={ringing.slice(1)} />
            )}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}

function One({ due, next }: { due: Due; next: readonly Due[] }) {
  const { t } = useLocale();
  const single = useSingleKeys();
  const act = useDueActions(due);
  const since = useRef(0);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    since.current = performance.now();
    // The next one of the queue begins where the first did, not where the last button was.
    box.current?.closest<HTMLElement>('[role="dialog"]')?.focus();
  }, []);
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const action = single ? dueAction(event) : null;
    if (!action) return;
    event.preventDefault();
    if (performance.now() - since.current >= DEAF_MS) act(action);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
  return (
    <div ref={box} className={styles.one}>
      <header className={styles.header}>
        <span className={styles.icon}>
          <BellRing size={28} aria-hidden />
        </span>
        <div className={styles.badges}>
          {next.length > 0 && <Badge tone="info">{t('due.waiting', { count: next.length + 1 })}</Badge>}
          {due.priority === 'urgent' && <Badge tone="bad">{t('due.urgent')}</Badge>}
          {due.priority === 'high' && <Badge tone="warn">{t('due.high')}</Badge>}
          {due.late_s >= 60 && (
            <Badge tone="warn">{t('due.late', { count: Math.round(due.late_s / 60) })}</Badge>
          )}
        </div>
        <Radix.Title className={styles.title}>
          <Said>{due.title}</Said>
        </Radix.Title>
      </header>
      <DueFacts due={due} />
      <DueActions due={due} act={act} keys={single} />
      {next.length > 0 && (
        <ul className={styles.next} aria-label={t('due.next')}>
          {next.map((one) => (
            <li key={one.reminder_id}>
              <Said>{one.title}</Said>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
