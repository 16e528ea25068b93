import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Download, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { Import } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Pager } from '@/shared/table/pager';
import { csvFile, everyRow, useDownload } from '@/shared/table/use-download';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Dialog } from '@/shared/ui/dialog';
import { LinkButton } from '@/shared/ui/link-button';
import { Progress } from '@/shared/ui/progress';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { useToast } from '@/shared/ui/use-toast';
import { errorsQuery, listErrors, useImport } from '../api/imports';
import styles from './import.module.css';
import { LineErrors, problemOf } from './line-errors';
import { rolesOf } from './roles';

/** How far a file is, and what came of it. */
export function Report({ one }: { one: Import }) {
  const { t, format } = useLocale();
  const busy = one.state === 'running' || one.state === 'reverting';
  const back = one.state === 'reverting' || one.state === 'reverted';
  const total = back ? one.made : one.rows;
  return (
    <>
      <Card
        title={<bdi dir="auto">{one.file || t('imports.title')}</bdi>}
        actions={one.state === 'done' && one.made > 0 && <Revert one={one} />}
      >
        <div className={styles.stack}>
          {busy && (
            <>
              <Progress
                text={t(back ? 'imports.reverting' : 'imports.running', {
                  done: format.number(Math.min(one.done, total)),
                  total: format.number(total),
                })}
                done={one.done}
                total={total}
              />
              <p className={styles.quiet}>{t('imports.goesOn')}</p>
            </>
          )}
          <div role="status">
            <ul className={styles.figures}>
              <li className={styles.good}>
                <CircleCheck size={18} aria-hidden />
                {t('imports.made', { count: one.made })}
              </li>
              {one.failed > 0 && (
                <li className={styles.bad}>
                  <CircleAlert size={18} aria-hidden />
                  {t('imports.failed', { count: one.failed })}
                </li>
              )}
            </ul>
          </div>
          {back && (
            <p>
              {t('imports.revertedText', { count: one.reverted })}{' '}
              {one.kept > 0 && t('imports.keptText', { count: one.kept })}
            </p>
          )}
          {one.state === 'done' && one.failed === 0 && <p className={styles.quiet}>{t('imports.none')}</p>}
          {!busy && (
            <div>
              <LinkButton to="/customers" search={{ sort: '-created_at' }} look="primary">
                {t('imports.toCustomers')}
              </LinkButton>
            </div>
          )}
        </div>
      </Card>
      {one.failed > 0 && !busy && <Errors one={one} />}
    </>
  );
}

function Errors({ one }: { one: Import }) {
  const { t } = useLocale();
  const [page, setPage] = useState(1);
  const [limit, setLimit] = useState(25);
  const { data } = useQuery(errorsQuery(one.id, page, limit));
  return (
    <Card title={t('imports.failed', { count: one.failed })} actions={<DownloadErrors one={one} />}>
      {data ? (
        <>
          <LineErrors
            errors={data.results}
            columns={one.columns}
            roles={rolesOf(one.mapping, one.columns, true)}
          />
          <Pager
            page={data.page}
            pages={data.pages}
            total={data.total}
            limit={limit}
            onPage={setPage}
            onLimit={(next) => {
              setLimit(next);
              setPage(1);
            }}
          />
        </>
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Card>
  );
}

/** The lines as they came, with what is wrong with each, to be mended and brought again. */
function DownloadErrors({ one }: { one: Import }) {
  const { t } = useLocale();
  const { busy, run } = useDownload(async () => {
    const all = await everyRow((page, limit) => listErrors(one.id, page, limit));
    const blob = csvFile(
      [...one.columns, t('imports.downloadLine'), t('imports.downloadWhy')],
      all.map((error) => [...error.cells, error.line, problemOf(t, error)]),
    );
    return { name: `errors-${one.id}.csv`, blob };
  });
  return (
    <Button busy={busy} onClick={run}>
      <Download size={16} aria-hidden />
      {t('imports.download')}
    </Button>
  );
}

function Revert({ one }: { one: Import }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const work = useImport();
  return (
    <>
      <Button look="quiet" onClick={() => setAsking(true)}>
        <Undo2 size={16} aria-hidden className="mirror" />
        {t('imports.revert')}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('imports.revertTitle')}
        text={t('imports.revertText')}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t('action.cancel')}</Button>
            <Button
              look="danger"
              busy={work.isPending}
              onClick={() =>
                work.mutate(
                  { revert: one.id },
                  {
                    onSuccess: () => setAsking(false),
                    onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
                  },
                )
              }
            >
              {t('imports.revert')}
            </Button>
          </>
        }
      >
        {t('imports.made', { count: one.made })}
      </Dialog>
    </>
  );
}
