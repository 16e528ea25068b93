import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { DocumentRow, Signing, SigningChannel } from '@/shared/api/documents';
import { phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button, buttonClass } from '@/shared/ui/button';
import { CopyField } from '@/shared/ui/copy-field';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
import { SelectField, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { useSigning } from './api/signatures';

const channels: readonly SigningChannel[] = ['link', 'whatsapp', 'sms', 'email'];
const days = [3, 7, 14, 30];

interface Props {
  paper: DocumentRow;
  onClose: () => void;
  onMissing: (names: readonly string[]) => void;
}

/** By which way the paper reaches whom, and for how long; its link is shown once, to whoever made it. */
export function SendDialog({ paper, onClose, onMissing }: Props) {
  const { t } = useLocale();
  const send = useSigning();
  const [channel, setChannel] = useState<SigningChannel>('link');
  const [to, setTo] = useState('');
  const [lasts, setLasts] = useState(7);
  const [sent, setSent] = useState<Signing | null>(null);
  const submit = () =>
    void send
      .mutateAsync({
        customer: paper.customer.id,
        document_id: paper.id,
        channel,
        days: lasts,
        ...(to.trim() && { to: to.trim() }),
      })
      .then(setSent)
      .catch((error: unknown) => {
        if (isApiError(error, 'missing_fields')) onMissing(error.body.missing ?? []);
      });
  if (sent)
    return (
      <Dialog open onClose={onClose} title={t('documents.sent')} text={t('documents.sentText')}>
        <div className={forms.form}>
          {sent.channel === 'sms' && (
            <Banner tone={sent.delivered ? 'good' : 'warn'}>
              {t(sent.delivered ? 'documents.delivered' : 'documents.undelivered')}
            </Banner>
          )}
          {sent.whatsapp && (
            <a
              className={buttonClass({ look: 'primary' })}
              href={sent.whatsapp}
              target="_blank"
              rel="noopener noreferrer"
            >
              {t('documents.openWhatsApp')}
            </a>
          )}
          {sent.link && <CopyField label={t('documents.link')} value={sent.link} />}
          <div className={forms.buttons}>
            <Button look="primary" onClick={onClose}>
              {t('action.close')}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title={t('documents.send')} text={t('documents.sendText')}>
      <form
        className={forms.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={forms.two}>
          <SelectField
            label={t('documents.channel')}
            value={channel}
            onChange={(event) => {
              const next = channels.find((one) => one === event.target.value);
              if (next) setChannel(next);
            }}
          >
            {channels.map((one) => (
              <option key={one} value={one}>
                {t(`documents.channel.${one}`)}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={t('documents.lasts')}
            value={String(lasts)}
            onChange={(event) => setLasts(Number(event.target.value))}
          >
            {days.map((count) => (
              <option key={count} value={String(count)}>
                {t('documents.days', { count })}
              </option>
            ))}
          </SelectField>
        </div>
        <TextField
          label={t(channel === 'email' ? 'customers.email' : 'calls.phone')}
          hint={t('documents.toHint')}
          optional
          ltr
          inputMode={channel === 'email' ? 'email' : 'tel'}
          placeholder={channel === 'email' ? ' ' : phone(paper.customer.phone ?? '') || ' '}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <DialogEnd onClose={onClose} work={send}>
          {t(channel === 'link' ? 'documents.makeLink' : 'documents.sendNow')}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
