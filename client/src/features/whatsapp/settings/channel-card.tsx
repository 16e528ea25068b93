import { Pencil, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ChannelChange, WhatsAppChannel } from '@/shared/api/whatsapp';
import { useErrorText } from '@/shared/api/use-error-text';
import { isKey } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { Banner } from '@/shared/ui/banner';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { CopyField } from '@/shared/ui/copy-field';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
import forms from '@/shared/ui/form.module.css';
import { Switch } from '@/shared/ui/switch';
import { DateTime, Phone, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useChannels } from '../api/channels';
import { webhooks } from './webhooks';

/** One number: whether it works, whether the assistant answers there, and what the provider has to be told. */
export function ChannelCard({ channel, onEdit }: { channel: WhatsAppChannel; onEdit: () => void }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const work = useChannels();
  const [asking, setAsking] = useState(false);
  const change = (to: ChannelChange) =>
    work.mutate(
      { id: channel.id, change: to },
      { onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }) },
    );
  const reason = `whatsapp.reason.${channel.last_error?.reason ?? ''}`;
  return (
    <Card
      title={
        <>
          <Phone number={channel.number} /> {channel.name && <Said>{channel.name}</Said>}{' '}
          <Badge tone={!channel.active ? 'quiet' : channel.last_error ? 'bad' : 'good'} dot>
            {t(!channel.active ? 'settings.off' : channel.last_error ? 'whatsapp.stopped' : 'settings.on')}
          </Badge>
        </>
      }
      text={t(`whatsapp.provider.${channel.provider}`)}
      actions={
        <>
          <IconButton label={t('whatsapp.editChannel')} onClick={onEdit}>
            <Pencil size={18} aria-hidden />
          </IconButton>
          <IconButton label={t('whatsapp.removeChannel')} onClick={() => setAsking(true)}>
            <Trash2 size={18} aria-hidden />
          </IconButton>
        </>
      }
    >
      <div className={forms.form}>
        {channel.last_error && (
          <Banner tone="bad">
            <span>
              {t(isKey(reason) ? reason : 'whatsapp.reason.unknown')} <DateTime at={channel.last_error.at} />
            </span>
            <Button small busy={work.isPending} onClick={() => change({ active: true })}>
              <RotateCw size={16} aria-hidden />
              {t('whatsapp.tryAgain')}
            </Button>
          </Banner>
        )}
        <Switch
          label={t('whatsapp.active')}
          hint={t('whatsapp.activeHint')}
          checked={channel.active}
          disabled={work.isPending}
          onChange={(active) => change({ active })}
        />
        <Switch
          label={t('whatsapp.assistant')}
          hint={t('whatsapp.assistantHint')}
          checked={channel.assistant}
          disabled={work.isPending}
          onChange={(assistant) => change({ assistant })}
        />
        <p>{t('whatsapp.webhooksText')}</p>
        {webhooks(channel, window.location.origin).map(({ label, address }) => (
          <div key={label}>
            <p className={forms.legend}>{t(label)}</p>
            <CopyField label={t(label)} value={address} />
          </div>
        ))}
      </div>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('whatsapp.removeChannel')}
        text={t('whatsapp.removeChannelText')}
      >
        <form
          className={forms.form}
          onSubmit={(event) => {
            event.preventDefault();
            work.mutate({ remove: channel.id }, { onSuccess: () => setAsking(false) });
          }}
        >
          <DialogEnd onClose={() => setAsking(false)} work={work} look="danger">
            {t('whatsapp.removeChannel')}
          </DialogEnd>
        </form>
      </Dialog>
    </Card>
  );
}
