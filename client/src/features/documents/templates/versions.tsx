import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import type { DocumentTemplate, TemplateVersion } from '@/shared/api/documents';
import { useLocale } from '@/shared/i18n/use-locale';
import { useNames } from '@/shared/people/use-names';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { DateTime, Said } from '@/shared/ui/text';
import { versionsQuery } from '../api/templates';
import styles from '../documents.module.css';

interface Props {
  template: DocumentTemplate;
  onTake: (version: TemplateVersion) => void;
}

/** What the template said before; an old wording can be taken up again, as a new version. */
export function Versions({ template, onTake }: Props) {
  const { t } = useLocale();
  const nameOf = useNames();
  const query = useQuery(versionsQuery(template.id));
  return (
    <Card title={t('templates.versions')} text={t('templates.keeps')}>
      {query.data ? (
        <ol className={styles.events}>
          {query.data.results.map((one) => {
            const who = one.created_by == null ? null : nameOf(one.created_by);
            return (
              <li key={one.version}>
                <strong>{t('templates.versionOf', { version: one.version })}</strong>
                <DateTime at={one.created_at} />
                <span className={styles.what}>
                  {who ? <Said>{who}</Said> : one.created_by == null && t('templates.builtIn')}
                </span>
                {one.version !== template.version && (
                  <Button small look="quiet" onClick={() => onTake(one)}>
                    <History size={16} aria-hidden />
                    {t('templates.take')}
                  </Button>
                )}
              </li>
            );
          })}
        </ol>
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={2} />
      )}
    </Card>
  );
}
