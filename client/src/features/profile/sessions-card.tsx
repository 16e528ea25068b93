import { useQuery } from '@tanstack/react-query';
import { Laptop, Smartphone } from 'lucide-react';
import type { Session } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Ltr } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useEndSession } from './api/end-session';
import { sessionsQuery } from './api/list-sessions';
import { device } from './device';
import styles from './profile.module.css';

export function SessionsCard() {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const query = useQuery(sessionsQuery);
  const end = useEndSession();
  const sessions = query.data?.results ?? [];
  const run = async (id: string) => {
    try {
      await end.mutateAsync(id);
      toast.show({ text: t(id === 'others' ? 'profile.endedOthers' : 'profile.ended') });
    } catch (error) {
      toast.show({ tone: 'bad', text: errorText(error) });
    }
  };
  return (
    <Card
      title={t('profile.sessions')}
      text={t('profile.sessionsText')}
      actions={
        sessions.length > 1 && (
          <Button small disabled={end.isPending} onClick={() => void run('others')}>
            {t('profile.endOthers')}
          </Button>
        )
      }
    >
      {query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines lines={3} />
      ) : (
        <ul>
          {sessions.map((session) => (
            <Row key={session.id} session={session} busy={end.isPending} onEnd={() => void run(session.id)} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Row({ session, busy, onEnd }: { session: Session; busy: boolean; onEnd: () => void }) {
  const { t, format } = useLocale();
  const name = device(session.user_agent) ?? t('profile.unknownDevice');
  const Icon = /iOS|Android/.test(name) ? Smartphone : Laptop;
  return (
    <li className={styles.row}>
      <Icon size={20} aria-hidden />
      <div className={styles.words}>
        <p className={styles.name}>
          <Ltr>{name}</Ltr>
          {session.current && <Badge tone="good">{t('profile.thisSession')}</Badge>}
        </p>
        <p className={styles.quiet}>
          {t('profile.lastSeen', { when: format.relative(session.last_seen_at) })}
          {session.address && (
            <>
              {' · '}
              <Ltr>{session.address}</Ltr>
            </>
          )}
        </p>
      </div>
      {!session.current && (
        <Button
          small
          look="quiet"
          disabled={busy}
          onClick={onEnd}
          aria-label={`${t('profile.endSession')}: ${name}`}
        >
          {t('profile.endSession')}
        </Button>
      )}
    </li>
  );
}
