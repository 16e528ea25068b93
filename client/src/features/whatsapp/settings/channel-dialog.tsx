import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { NewChannel, WhatsAppChannel, WhatsAppProvider } from '@/shared/api/whatsapp';
import { e164 } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
import { SelectField, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { useToast } from '@/shared/ui/use-toast';
import { useChannels } from '../api/channels';

const providers: readonly WhatsAppProvider[] = ['twilio', 'meta', 'bridge'];

interface Props {
  /** None while it is a new one. */
  channel: WhatsAppChannel | null;
  onClose: () => void;
}

/** A number with what its provider wants to know; a secret is written and never shown again. */
export function ChannelDialog({ channel, onClose }: Props) {
  const { t } = useLocale();
  const toast = useToast();
  const work = useChannels();
  const [provider, setProvider] = useState<WhatsAppProvider>(channel?.provider ?? 'twilio');
  const [typed, setTyped] = useState({
    number: '',
    name: channel?.name ?? '',
    phone_number_id: channel?.phone_number_id ?? '',
    account_id: channel?.account_id ?? '',
    base_url: channel?.base_url ?? '',
    secret: '',
  });
  const wrong = isApiError(work.error, 'invalid') ? (work.error.body.fields ?? {}) : {};
  const problem = (name: string) => (wrong[name] === undefined ? undefined : t('form.refused'));
  const field = (name: keyof typeof typed) => ({
    value: typed[name],
    problem: problem(name),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setTyped((now) => ({ ...now, [name]: event.target.value })),
  });
  const number = e164(typed.number);
  const good = channel !== null || number !== null;
  const submit = () => {
    const given = {
      name: typed.name.trim(),
      ...(provider === 'meta' &&
        typed.phone_number_id.trim() && { phone_number_id: typed.phone_number_id.trim() }),
      ...(provider === 'meta' && { account_id: typed.account_id.trim() }),
      ...(provider === 'bridge' && typed.base_url.trim() && { base_url: typed.base_url.trim() }),
      ...(provider !== 'twilio' && typed.secret && { secret: typed.secret }),
    };
    const add: NewChannel = { provider, number: number ?? typed.number, ...given };
    work.mutate(channel ? { id: channel.id, change: given } : { add }, {
      onSuccess: () => {
        toast.show({ text: t('action.saved') });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(channel ? 'whatsapp.editChannel' : 'whatsapp.addChannel')}
      text={t(`whatsapp.providerText.${provider}`)}
    >
      <form
        className={forms.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (good) submit();
        }}
      >
        <div className={forms.two}>
          {!channel && (
            <>
              <SelectField
                label={t('whatsapp.provider')}
                value={provider}
                onChange={(event) => {
                  const next = providers.find((one) => one === event.target.value);
                  if (next) setProvider(next);
                }}
              >
                {providers.map((one) => (
                  <option key={one} value={one}>
                    {t(`whatsapp.provider.${one}`)}
                  </option>
                ))}
              </SelectField>
              <TextField
                label={t('whatsapp.number')}
                type="tel"
                ltr
                autoFocus
                maxLength={40}
                {...field('number')}
              />
            </>
          )}
          <TextField label={t('whatsapp.channelName')} optional maxLength={100} {...field('name')} />
          {provider === 'meta' && (
            <>
              <TextField
                label={t('whatsapp.phoneNumberId')}
                ltr
                maxLength={64}
                {...field('phone_number_id')}
              />
              <TextField
                label={t('whatsapp.accountId')}
                ltr
                optional
                maxLength={64}
                {...field('account_id')}
              />
            </>
          )}
          {provider === 'bridge' && (
            <TextField
              label={t('whatsapp.baseUrl')}
              ltr
              inputMode="url"
              maxLength={300}
              {...field('base_url')}
            />
          )}
          {provider !== 'twilio' && (
            <TextField
              label={t(provider === 'meta' ? 'whatsapp.token' : 'whatsapp.secret')}
              hint={t(channel?.has_secret ? 'whatsapp.secretKept' : 'whatsapp.secretHint')}
              type="password"
              autoComplete="off"
              ltr
              optional={provider === 'meta' || channel !== null}
              minLength={8}
              maxLength={2000}
              {...field('secret')}
            />
          )}
        </div>
        <DialogEnd onClose={onClose} work={work} disabled={!good}>
          {t('action.save')}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
