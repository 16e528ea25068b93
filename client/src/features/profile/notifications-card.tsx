import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BellRing, Volume2 } from 'lucide-react';
import { request } from '@/shared/api/request';
import { useErrorText } from '@/shared/api/use-error-text';
import { playTone, sound } from '@/shared/audio/tone';
import { useLocale } from '@/shared/i18n/use-locale';
import { pushState, subscribe, unsubscribe } from '@/shared/push/push';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Switch } from '@/shared/ui/switch';
import { TimeInput } from '@/shared/ui/time-input';
import { useToast } from '@/shared/ui/use-toast';
import {
  notificationPreferencesQuery,
  useSetNotificationPreferences,
  type NotificationPreferences,
} from './api/notification-preferences';
import styles from './profile.module.css';

/** How reminders reach this person: on this device while no page is open, with a tone, and not in quiet hours. */
export function NotificationsCard() {
  const { t } = useLocale();
  const { data } = useQuery(notificationPreferencesQuery);
  return (
    <Card title={t('notify.title')} text={t('notify.text')}>
      <div className={styles.stack}>
        <Device />
        {data && <Preferences now={data} />}
      </div>
    </Card>
  );
}

/** The browser asks its question only after ours was answered with a press. */
function Device() {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const client = useQueryClient();
  const { data: state } = useQuery({ queryKey: ['notifications', 'device'], queryFn: pushState });
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  const turn = useMutation({
    mutationFn: async (on: boolean) => {
      if (on) await subscribe();
      else await unsubscribe();
    },
    onError: failed,
    onSettled: () => client.invalidateQueries({ queryKey: ['notifications', 'device'] }),
  });
  const tryIt = useMutation({
    mutationFn: () => request('POST', '/api/notifications/test'),
    onError: failed,
    onSuccess: () => toast.show({ text: t('notify.testSent') }),
  });
  if (!state) return null;
  if (state === 'unable' || state === 'denied') return <p>{t(`notify.${state}`)}</p>;
  return (
    <>
      <Switch
        label={t('notify.device')}
        hint={t('notify.deviceHint')}
        checked={state === 'on'}
        disabled={turn.isPending}
        onChange={(on) => turn.mutate(on)}
      />
      {state === 'on' && (
        <div className={styles.inline}>
          <Button small busy={tryIt.isPending} onClick={() => tryIt.mutate()}>
            <BellRing size={16} aria-hidden />
            {t('notify.test')}
          </Button>
        </div>
      )}
    </>
  );
}

function Preferences({ now }: { now: NotificationPreferences }) {
  const { t } = useLocale();
  const set = useSetNotificationPreferences();
  const quiet = now.quiet_from !== null && now.quiet_to !== null;
  return (
    <>
      <Switch
        label={t('notify.sound')}
        checked={now.sound}
        onChange={(on) => {
          sound.set(on);
          set.mutate({ ...now, sound: on });
        }}
      />
      <div className={styles.inline}>
        <Button small onClick={playTone}>
          <Volume2 size={16} aria-hidden />
          {t('notify.soundTest')}
        </Button>
      </div>
      <Switch
        label={t('notify.quiet')}
        hint={t('notify.quietHint')}
        checked={quiet}
        onChange={(on) =>
          set.mutate({ ...now, quiet_from: on ? '22:00' : null, quiet_to: on ? '07:00' : null })
        }
      />
      {quiet && (
        <div className={styles.inline} dir="ltr">
          <TimeInput
            className={styles.time}
            label={t('notify.quietFrom')}
            value={now.quiet_from ?? ''}
            onChange={(quiet_from) => set.mutate({ ...now, quiet_from })}
          />
          <span aria-hidden>–</span>
          <TimeInput
            className={styles.time}
            label={t('notify.quietTo')}
            value={now.quiet_to ?? ''}
            onChange={(quiet_to) => set.mutate({ ...now, quiet_to })}
          />
        </div>
      )}
    </>
  );
}
