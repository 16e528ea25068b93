import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ApiError } from '@/shared/api/error';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { BackLink } from '@/shared/ui/back-link';
import { Failure, FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { templatesQuery } from '../api/templates';
import { TemplateEditor } from './template-editor';

/** One text that papers begin with: written beside the paper that comes of it. */
export function TemplatePage() {
  const { t } = useLocale();
  const me = useMe();
  const { templateId } = useParams({ from: '/frame/documents/templates/$templateId' });
  const ready = me.manages && me.has('signatures');
  const query = useQuery({ ...templatesQuery, enabled: ready });
  const back = <BackLink to="/documents/templates">{t('templates.title')}</BackLink>;
  const found = query.data?.results.find((one) => String(one.id) === templateId);
  const anew = templateId === 'new';
  if (ready && (anew || found))
    return <TemplateEditor key={templateId} template={found ?? null} above={back} />;
  return (
    <Page title={t('templates.one')} above={back}>
      {!me.business ? (
        <NoBusiness />
      ) : !me.manages ? (
        <Failure error={new ApiError(403, { error: 'forbidden' })} />
      ) : !ready ? (
        <FeatureOff feature="signatures" />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Failure error={new ApiError(404, { error: 'not_found' })} />
      ) : (
        <SkeletonLines lines={10} />
      )}
    </Page>
  );
}
