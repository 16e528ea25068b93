import type { AuditEntry } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Dialog } from '@/shared/ui/dialog';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { Action } from './action';
import styles from './audit.module.css';

/** One entry with everything that it holds. */
export function EntryDialog({ entry, onClose }: { entry: AuditEntry | null; onClose: () => void }) {
  const { t } = useLocale();
  return (
    <Dialog open={entry !== null} onClose={onClose} title={t('audit.showDetail')} wide>
      {entry && (
        <>
          <dl className={styles.facts}>
            <dt>{t('audit.action')}</dt>
            <dd>
              <Action code={entry.action} />
            </dd>
            <dt>{t('audit.code')}</dt>
            <dd>
              <Ltr>{entry.action}</Ltr>
            </dd>
            <dt>{t('audit.at')}</dt>
            <dd>
              <DateTime at={entry.at} />
            </dd>
            <dt>{t('audit.actor')}</dt>
            <dd>
              {entry.actor ? <Said>{entry.actor.name || `#${entry.actor.id}`}</Said> : t('audit.system')}
            </dd>
            <dt>{t('audit.subject')}</dt>
            <dd>
              <Ltr>{entry.subject}</Ltr>
            </dd>
            <dt>{t('audit.address')}</dt>
            <dd>
              <Ltr>{entry.address}</Ltr>
            </dd>
            <dt>{t('audit.request')}</dt>
            <dd>
              <Ltr>{entry.request_id}</Ltr>
            </dd>
            <dt>{t('audit.seq')}</dt>
            <dd>
              <Ltr>{entry.seq}</Ltr>
            </dd>
          </dl>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wide details scroll, so the keyboard must be able to reach them */}
          <pre className={styles.detail} dir="ltr" tabIndex={0} role="region" aria-label={t('audit.detail')}>
            {JSON.stringify(entry.detail, null, 2)}
          </pre>
        </>
      )}
    </Dialog>
  );
}
