import { useErrorText } from '@/shared/api/use-error-text';
import type { Due } from '@/shared/hints/frames';
import { useLocale } from '@/shared/i18n/use-locale';
import { useToast } from '@/shared/ui/use-toast';
import { useAnswerReminder, type Answer } from '../api/answer-reminder';
import { useDone } from '../use-done';
import type { DueAction } from './due-keys';
import { callLink, follow, isPhone, whatsAppLink } from '@/shared/customers/reach';

/** What Enter does: what the task is about, if the customer can be reached that way. */
export function primaryOf(due: Due): 'call' | 'whatsapp' | 'seen' {
  if (!isPhone(due.customer?.phone)) return 'seen';
  if (due.channel === 'whatsapp') return 'whatsapp';
  return due.channel === 'call' ? 'call' : 'seen';
}

export type Act = (action: DueAction | 'call' | { until: string }) => void;

/** Each answer closes it here at once; reaching for the customer is an answer, too. */
export function useDueActions(due: Due): Act {
  const { t, format } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const answer = useAnswerReminder();
  const done = useDone();
  const phone = due.customer?.phone;

  const send = (how: Answer, text?: string) =>
    void answer
      .mutateAsync(how)
      .then(() => text && toast.show({ text }))
      .catch((error: unknown) => toast.show({ tone: 'bad', text: errorText(error) }));
  const seen = () => send({ reminder: due.reminder_id, how: 'acknowledge' });
  const snooze = (minutes: number) =>
    send({ reminder: due.reminder_id, how: 'snooze', minutes }, t('due.snoozed', { count: minutes }));
  const reach = (link: (phone: string) => string) => {
    if (!isPhone(phone)) return;
    follow(link(phone));
    seen();
  };

  const act: Act = (action) => {
    if (typeof action === 'object') {
      const { until } = action;
      const text = t('due.snoozedUntil', { when: format.dateTime(until) });
      send({ reminder: due.reminder_id, how: 'snooze', until }, text);
      return;
    }
    switch (action) {
      case 'primary':
        act(primaryOf(due));
        return;
      case 'call':
        reach(callLink);
        return;
      case 'whatsapp':
        reach(whatsAppLink);
        return;
      case 'snooze5':
        snooze(5);
        return;
      case 'snooze15':
        snooze(15);
        return;
      case 'snooze60':
        snooze(60);
        return;
      case 'done':
        done({ id: due.task_id, title: due.title });
        return;
      case 'seen':
        seen();
    }
  };
  return act;
}
