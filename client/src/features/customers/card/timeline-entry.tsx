import { Link } from '@tanstack/react-router';
import {
  CircleDot,
  FileText,
  ListTodo,
  MessageCircle,
  Merge,
  NotebookPen,
  PhoneIncoming,
  Split,
  UserPlus,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { TimelineItem, TimelineKind } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useNames } from '@/shared/people/use-names';
import { Button } from '@/shared/ui/button';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useUnmerge } from '../api/merge';
import styles from './timeline.module.css';
import { entryText, fact } from './timeline-words';

const icons: Record<TimelineKind, LucideIcon> = {
  call: PhoneIncoming,
  task: ListTodo,
  note: NotebookPen,
  status: CircleDot,
  created: UserPlus,
  merged: Merge,
  document: FileText,
  whatsapp: MessageCircle,
};

interface Props {
  item: TimelineItem;
  /** The merge that it tells of, while that can be taken apart. */
  merge: number | null;
}

export function TimelineEntry({ item, merge }: Props) {
  const { t, format } = useLocale();
  const Icon = icons[item.kind] ?? CircleDot;
  const nameOf = useNames();
  const by = nameOf(Number(fact(item, 'by') ?? 0));
  const reason = fact(item, 'reason');
  const due = item.kind === 'task' ? fact(item, 'due_at') : undefined;
  return (
    <li className={styles.entry} data-kind={item.kind}>
      <span className={styles.icon}>
        <Icon size={16} aria-label={t(`customers.kind.${item.kind}`)} />
      </span>
      <div className={styles.words}>
        <Where item={item}>
          <Said>{entryText(item, t, nameOf)}</Said>
        </Where>
        <p className={styles.facts}>
          <time dateTime={item.ts}>
            <Ltr>{format.time(item.ts)}</Ltr>
          </time>
          {due && (
            <span>
              {t('tasks.due')}: <DateTime at={due} />
            </span>
          )}
          {reason && (
            <span>
              {t('customers.reason')}: <Said>{reason}</Said>
            </span>
          )}
          {by && <Said>{by}</Said>}
        </p>
        {merge !== null && <Unmerge merge={merge} />}
      </div>
    </li>
  );
}

function Unmerge({ merge }: { merge: number }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const unmerge = useUnmerge();
  return (
    <Button
      small
      className={styles.unmerge}
      busy={unmerge.isPending}
      onClick={() =>
        unmerge.mutate(merge, {
          onSuccess: () => toast.show({ text: t('customers.unmerged') }),
          onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
        })
      }
    >
      <Split size={16} aria-hidden />
      {t('customers.unmerge')}
    </Button>
  );
}

/** Where papers of a kind have their pages. */
const drawers: Readonly<Record<string, string>> = {
  quote: 'quotes',
  order: 'contracts',
  contract: 'contracts',
  invoice: 'invoices',
};

/** Leads to what the entry tells of, where that has a page of its own. */
function Where({ item, children }: { item: TimelineItem; children: ReactNode }) {
  const task = Number(fact(item, 'task_id'));
  if (item.kind === 'call' && item.ref.startsWith('CA'))
    return (
      <Link to="/calls/$callId" params={{ callId: item.ref }} className={styles.title}>
        {children}
      </Link>
    );
  if (item.kind === 'task' && Number.isSafeInteger(task))
    return (
      <Link to="/tasks" search={{ task }} className={styles.title}>
        {children}
      </Link>
    );
  const chat = Number(fact(item, 'conversation_id'));
  if (item.kind === 'whatsapp' && Number.isSafeInteger(chat))
    return (
      <Link to="/whatsapp" search={{ c: chat }} className={styles.title}>
        {children}
      </Link>
    );
  const paper = Number(fact(item, 'document_id'));
  const drawer = drawers[fact(item, 'document') ?? ''];
  if (item.kind === 'document' && drawer && Number.isSafeInteger(paper))
    return (
      <Link
        to="/documents/$drawer/$documentId"
        params={{ drawer, documentId: String(paper) }}
        className={styles.title}
      >
        {children}
      </Link>
    );
  return <p className={styles.title}>{children}</p>;
}
