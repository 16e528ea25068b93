import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useErrorText } from '@/shared/api/use-error-text';
import { isKey } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Ltr, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { templatesQuery, useSyncTemplates } from '../api/templates';
import styles from './channels.module.css';

/** What may be sent when the day is over, as the providers approved it. */
export function TemplatesCard() {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const query = useQuery(templatesQuery());
  const sync = useSyncTemplates();
  return (
    <Card
      title={t('whatsapp.templates')}
      text={t('whatsapp.templatesText')}
      actions={
        <Button
          small
          busy={sync.isPending}
          onClick={() =>
            sync.mutate(undefined, {
              onSuccess: () => toast.show({ text: t('whatsapp.synced') }),
              onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
            })
          }
        >
          <RefreshCw size={16} aria-hidden />
          {t('whatsapp.sync')}
        </Button>
      }
    >
      {query.data ? (
        query.data.length === 0 ? (
          <p className={styles.quiet}>{t('whatsapp.noTemplatesYet')}</p>
        ) : (
          <ul className={styles.rows}>
            {query.data.map((one) => {
              const status = `whatsapp.templateStatus.${one.status}`;
              return (
                <li key={one.id}>
                  <p className={styles.line}>
                    <strong>
                      <Ltr>{one.name}</Ltr>
                    </strong>
                    <Ltr>{one.language}</Ltr>
                    <Badge
                      tone={one.status === 'approved' ? 'good' : one.status === 'pending' ? 'info' : 'warn'}
                    >
                      {isKey(status) ? t(status) : one.status}
                    </Badge>
                  </p>
                  <p dir="auto" className={styles.quiet}>
                    {one.body}
                  </p>
                  {one.rejected_reason && <Said>{one.rejected_reason}</Said>}
                </li>
              );
            })}
          </ul>
        )
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={3} />
      )}
    </Card>
  );
}
