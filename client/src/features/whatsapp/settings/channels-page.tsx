import { useQuery } from '@tanstack/react-query';
import { MessageCircle, Plus } from 'lucide-react';
import { useState } from 'react';
import { ApiError } from '@/shared/api/error';
import type { WhatsAppChannel } from '@/shared/api/whatsapp';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { BackLink } from '@/shared/ui/back-link';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Empty } from '@/shared/ui/empty';
import { Failure, FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { channelsQuery } from '../api/channels';
import { ChannelCard } from './channel-card';
import { ChannelDialog } from './channel-dialog';
import { RepliesCard } from './replies-card';
import { TemplatesCard } from './templates-card';
import styles from './channels.module.css';

/** The numbers that the business writes from, what may be sent from them, and answers that are kept. */
export function ChannelsPage() {
  const { t } = useLocale();
  const me = useMe();
  const [editing, setEditing] = useState<WhatsAppChannel | 'new' | null>(null);
  const ready = me.manages && me.has('whatsapp');
  return (
    <Page
      title={t('whatsapp.settings')}
      subtitle={t('whatsapp.settingsText')}
      above={<BackLink to="/whatsapp">{t('whatsapp.title')}</BackLink>}
      narrow
      actions={
        ready && (
          <Button look="primary" onClick={() => setEditing('new')}>
            <Plus size={18} aria-hidden />
            {t('whatsapp.addChannel')}
          </Button>
        )
      }
    >
      {!me.business ? (
        <NoBusiness />
      ) : !me.manages ? (
        <Failure error={new ApiError(403, { error: 'forbidden' })} />
      ) : !ready ? (
        <FeatureOff feature="whatsapp" />
      ) : (
        <>
          <Channels onEdit={setEditing} />
          <TemplatesCard />
          <RepliesCard />
        </>
      )}
      {editing && (
        <ChannelDialog channel={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </Page>
  );
}

function Channels({ onEdit }: { onEdit: (channel: WhatsAppChannel) => void }) {
  const { t } = useLocale();
  const query = useQuery(channelsQuery);
  if (query.isError && !query.data)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data)
    return (
      <Card>
        <SkeletonLines lines={5} />
      </Card>
    );
  if (query.data.length === 0)
    return (
      <Card>
        <Empty icon={MessageCircle} title={t('whatsapp.noChannels')} text={t('whatsapp.noChannelsText')} />
      </Card>
    );
  return (
    <ul className={styles.channels}>
      {query.data.map((one) => (
        <li key={one.id}>
          <ChannelCard channel={one} onEdit={() => onEdit(one)} />
        </li>
      ))}
    </ul>
  );
}
