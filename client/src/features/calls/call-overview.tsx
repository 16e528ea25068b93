import { CalendarClock, MessageCircle, Phone as PhoneIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CallDetail, CallTask } from '@/shared/api/types';
import { CustomerLink } from '@/shared/customers/customer-link';
import { clock } from '@/shared/format/duration';
import { isKey } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Card } from '@/shared/ui/card';
import { DateTime, Ltr, Phone, Said } from '@/shared/ui/text';
import { isNumber } from './caller';
import styles from './call-page.module.css';
import { detailText, isDoubtful } from '@/shared/format/detail-text';

/** What came of the call: summary, what was said of whom, what was promised, and its plain facts. */
export function CallOverview({ call }: { call: CallDetail }) {
  const { t } = useLocale();
  const details = Object.entries(call.details).flatMap(([name, value]) => {
    const text = detailText(value);
    return text ? [{ name, text, doubtful: isDoubtful(value) }] : [];
  });
  const facts: [string, ReactNode][] = [
    ...(call.customer
      ? [
          [
            t('call.customer'),
            <CustomerLink key="customer" id={call.customer.id} name={call.customer.name ?? ''} />,
          ] as [string, ReactNode],
        ]
      : []),
    [t('calls.phone'), isNumber(call.caller) ? <Phone number={call.caller} /> : t('calls.unknown')],
    [t('calls.called'), <Phone key="called" number={call.called} />],
    [t('calls.direction'), t(call.direction === 'outbound' ? 'calls.outbound' : 'calls.inbound')],
    [t('call.started'), <DateTime key="started" at={call.started_at} />],
    ...(call.ended_at
      ? [[t('call.ended'), <DateTime key="ended" at={call.ended_at} />] as [string, ReactNode]]
      : []),
    ...(call.duration_s
      ? [[t('calls.duration'), <Ltr key="duration">{clock(call.duration_s)}</Ltr>] as [string, ReactNode]]
      : []),
  ];
  return (
    <div className={styles.side}>
      <Card title={t('call.summary')}>
        {call.summary ? (
          <p className={styles.summary} dir="auto">
            {call.summary}
          </p>
        ) : (
          <p className={styles.quiet}>{t('call.noSummary')}</p>
        )}
      </Card>
      {details.length > 0 && (
        <Card title={t('call.details')}>
          <dl className={styles.facts}>
            {details.map(({ name, text, doubtful }) => {
              const key = `call.detail.${name}`;
              return (
                <Fact key={name} name={isKey(key) ? t(key) : name}>
                  <Said>{text}</Said>
                  {doubtful && <span className={styles.quiet}> {t('call.doubtful')}</span>}
                </Fact>
              );
            })}
          </dl>
        </Card>
      )}
      {call.tasks.length > 0 && (
        <Card title={t('call.tasks')}>
          <ul className={styles.tasks}>
            {call.tasks.map((task) => (
              <Task key={task.id} task={task} />
            ))}
          </ul>
        </Card>
      )}
      <Card title={t('call.overview')}>
        <dl className={styles.facts}>
          {facts.map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
        </dl>
      </Card>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const icons: Record<string, typeof PhoneIcon> = {
  call: PhoneIcon,
  whatsapp: MessageCircle,
  meeting: CalendarClock,
};

function Task({ task }: { task: CallTask }) {
  const { t } = useLocale();
  const Icon = icons[task.channel] ?? CalendarClock;
  const channel = `call.channel.${task.channel}`;
  return (
    <li className={styles.task}>
      <Icon size={18} aria-label={isKey(channel) ? t(channel) : task.channel} />
      <span>
        <Said>{task.title}</Said>
        <span className={styles.due}>
          <DateTime at={task.due_at} />
        </span>
      </span>
    </li>
  );
}
