import { CalendarClock, Repeat } from 'lucide-react';
import { useState } from 'react';
import { useErrorText } from '@/shared/api/use-error-text';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { useLocale } from '@/shared/i18n/use-locale';
import { useNow } from '@/shared/time/use-now';
import { wallOf, weekdayOf } from '@/shared/time/zone';
import { Button } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { DateTime, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useCreateTask } from '../api/create-task';
import styles from '../tasks.module.css';
import { parseQuickTask } from './parse-quick-task';

interface Props {
  /** Whom the task is about, when that is known. */
  customer?: PickedCustomer;
  autoFocus?: boolean;
  onSaved?: () => void;
}

/** A task in one line of words; what was understood is shown before anything is kept. */
export function QuickAdd({ customer, autoFocus, onSaved }: Props) {
  const { t, format, timeZone } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const create = useCreateTask();
  const [text, setText] = useState('');
  const now = useNow(10_000);
  const shown = text.trim() ? parseQuickTask(text, now, timeZone) : null;
  const save = () => {
    const { title, due_at, repeats } = parseQuickTask(text, Date.now(), timeZone);
    if (!title) return;
    create.mutate(
      { title: title.slice(0, 200), due_at, repeats, ...(customer && { customer_id: customer.id }) },
      {
        onSuccess: () => {
          setText('');
          onSaved?.();
          toast.show({ text: t('quick.saved', { title, when: format.dateTime(due_at) }) });
        },
        onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
      },
    );
  };
  return (
    <form
      className={styles.quick}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className={styles.line}>
        <TextField
          label={t('quick.label')}
          placeholder={t('quick.placeholder')}
          autoComplete="off"
          autoFocus={autoFocus}
          maxLength={300}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" look="primary" busy={create.isPending} disabled={!shown?.title}>
          {t('action.add')}
        </Button>
      </div>
      <p className={styles.understood} role="status">
        {shown && !shown.title && t('quick.noTitle')}
        {shown?.title && (
          <>
            <Said>
              <strong>{shown.title}</strong>
            </Said>
            <CalendarClock size={16} aria-hidden />
            <span>{format.weekday(weekdayOf(wallOf(Date.parse(shown.due_at), timeZone).day))}</span>
            <DateTime at={shown.due_at} />
            {!shown.said && <span>{t('quick.supposed')}</span>}
            {shown.repeats !== 'none' && (
              <>
                <Repeat size={16} aria-hidden />
                <span>{t(`tasks.repeats.${shown.repeats}`)}</span>
              </>
            )}
          </>
        )}
      </p>
    </form>
  );
}
