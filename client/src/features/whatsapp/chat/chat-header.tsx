import { useQuery } from '@tanstack/react-query';
import { AlarmClock, Bot, CheckCheck, Ellipsis, RotateCcw, UserRound } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Conversation } from '@/shared/api/whatsapp';
import { useErrorText } from '@/shared/api/use-error-text';
import { CustomerLink } from '@/shared/customers/customer-link';
import { useLocale } from '@/shared/i18n/use-locale';
import { assigneesQuery } from '@/shared/people/list-assignees';
import { FilterSelect } from '@/shared/table/filter';
import { addDays, momentOf, wallOf } from '@/shared/time/zone';
import { Avatar } from '@/shared/ui/avatar';
import { Badge } from '@/shared/ui/badge';
import { Button, IconButton } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
import forms from '@/shared/ui/form.module.css';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { MomentField } from '@/shared/ui/moment-field';
import { DateTime, Phone } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useChangeConversation, type Change } from '../api/conversations';
import styles from './chat.module.css';

const HOUR_MS = 3_600_000;

interface Props {
  conversation: Conversation;
  back: ReactNode;
  ofCard: boolean;
}

/** Whose conversation it is, who has it, and how it stands. */
export function ChatHeader({ conversation, back, ofCard }: Props) {
  const { t, timeZone } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const work = useChangeConversation(conversation.id);
  const [choosing, setChoosing] = useState<string | null>(null);
  const { data: people = [] } = useQuery(assigneesQuery);
  const { customer, assignee, status, handled_by, version } = conversation;
  const change = (to: Change) =>
    work.mutate(
      { change: to, version },
      { onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }) },
    );
  const snooze = (until: number) =>
    change({ status: 'snoozed', snoozed_until: new Date(until).toISOString() });
  const tomorrow = () => snooze(momentOf(addDays(wallOf(Date.now(), timeZone).day, 1), '09:00', timeZone));
  return (
    <header className={styles.header}>
      {back}
      {!ofCard && <Avatar name={customer.name || '?'} size={40} />}
      <div className={styles.who}>
        <h2 className={ofCard ? 'hidden-visually' : undefined}>
          {ofCard ? t('whatsapp.title') : <CustomerLink id={customer.id} name={customer.name} />}
        </h2>
        <p className={styles.quiet}>
          {!ofCard && customer.phone && (
            <>
              <Phone number={customer.phone} /> ·{' '}
            </>
          )}
          {t('whatsapp.via')} <Phone number={conversation.channel.number} />
        </p>
      </div>
      <div className={styles.tasks} role="group" aria-label={t('table.actions')}>
        {handled_by === 'assistant' && (
          <>
            <Badge tone="info">
              <Bot size={16} aria-hidden />
              {t('whatsapp.assistantAnswers')}
            </Badge>
            <Button
              small
              look="primary"
              disabled={work.isPending}
              onClick={() => change({ handled_by: 'person' })}
            >
              <UserRound size={16} aria-hidden />
              {t('whatsapp.takeOver')}
            </Button>
          </>
        )}
        {status === 'snoozed' && conversation.snoozed_until && (
          <Badge tone="warn">
            {t('whatsapp.snoozedUntil')} <DateTime at={conversation.snoozed_until} />
          </Badge>
        )}
        <FilterSelect
          label={t('whatsapp.assignee')}
          value={assignee ? String(assignee.id) : undefined}
          onChange={(next) => change({ assignee_user_id: next ? Number(next) : null })}
        >
          <option value="">{t('whatsapp.nobody')}</option>
          {assignee && !people.some((one) => one.id === assignee.id) && (
            <option value={assignee.id}>{assignee.name}</option>
          )}
          {people.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </FilterSelect>
        {status === 'closed' ? (
          <Button small disabled={work.isPending} onClick={() => change({ status: 'open' })}>
            <RotateCcw size={16} aria-hidden />
            {t('whatsapp.reopen')}
          </Button>
        ) : (
          <Button small disabled={work.isPending} onClick={() => change({ status: 'closed' })}>
            <CheckCheck size={16} aria-hidden />
            {t('whatsapp.close')}
          </Button>
        )}
        <Menu
          trigger={
            <IconButton small label={t('action.more')}>
              <Ellipsis size={18} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem icon={<AlarmClock size={16} aria-hidden />} onSelect={() => snooze(Date.now() + HOUR_MS)}>
            {t('whatsapp.snoozeHour')}
          </MenuItem>
          <MenuItem icon={<AlarmClock size={16} aria-hidden />} onSelect={tomorrow}>
            {t('whatsapp.snoozeTomorrow')}
          </MenuItem>
          <MenuItem
            icon={<AlarmClock size={16} aria-hidden />}
            onSelect={() => setChoosing(new Date(Date.now() + HOUR_MS).toISOString())}
          >
            {t('whatsapp.snoozeChoose')}
          </MenuItem>
          {status === 'snoozed' && (
            <MenuItem icon={<RotateCcw size={16} aria-hidden />} onSelect={() => change({ status: 'open' })}>
              {t('whatsapp.unsnooze')}
            </MenuItem>
          )}
          {handled_by === 'person' && (
            <>
              <MenuLine />
              <MenuItem
                icon={<Bot size={16} aria-hidden />}
                onSelect={() => change({ handled_by: 'assistant' })}
              >
                {t('whatsapp.handBack')}
              </MenuItem>
            </>
          )}
        </Menu>
      </div>
      <Dialog open={choosing !== null} onClose={() => setChoosing(null)} title={t('whatsapp.snoozeChoose')}>
        <form
          className={forms.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (choosing) snooze(Date.parse(choosing));
            setChoosing(null);
          }}
        >
          {choosing && <MomentField label={t('due.until')} value={choosing} onChange={setChoosing} />}
          <DialogEnd onClose={() => setChoosing(null)} work={work}>
            {t('whatsapp.snooze')}
          </DialogEnd>
        </form>
      </Dialog>
    </header>
  );
}
