import { Mail, MessageCircle, Phone as PhoneIcon, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { Customer, CustomerRow, Identity, IdentityKind } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { CustomerLink } from '@/shared/customers/customer-link';
import { callLink, whatsAppLink } from '@/shared/customers/reach';
import { e164, phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button, IconButton } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { Ltr } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useAddIdentity, useRemoveIdentity } from '../api/identities';
import styles from './card.module.css';

const icons = { phone: PhoneIcon, email: Mail, whatsapp: MessageCircle };

/** Numbers and addresses by which a customer is known; each belongs to one customer only. */
export function Identities({ customer }: { customer: Customer }) {
  const { t } = useLocale();
  const [adding, setAdding] = useState(false);
  return (
    <div className={styles.identities}>
      <ul>
        {customer.identities.map((one) => (
          <One key={one.id} identity={one} customer={customer} />
        ))}
      </ul>
      {adding ? (
        <AddForm id={customer.id} onClose={() => setAdding(false)} />
      ) : (
        <Button small look="quiet" className={styles.add} onClick={() => setAdding(true)}>
          <Plus size={16} aria-hidden />
          {t('customers.identityAdd')}
        </Button>
      )}
    </div>
  );
}

/** As numbers are written everywhere here; a WhatsApp id that is none stays as it is. */
const shown = (one: Identity) => (one.kind === 'email' ? one.value : phone(one.value));
const link = ({ kind, value }: Identity) =>
  kind === 'phone' ? callLink(value) : kind === 'email' ? `mailto:${value}` : whatsAppLink(value);

function One({ identity, customer }: { identity: Identity; customer: Customer }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const remove = useRemoveIdentity(customer.id);
  const add = useAddIdentity(customer.id);
  const Icon = icons[identity.kind];
  const text = shown(identity);
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  const take = () =>
    void remove
      .mutateAsync(identity.id)
      .then(() =>
        toast.show({
          text: t('customers.identityRemoved', { what: text }),
          undo: () => void add.mutateAsync({ kind: identity.kind, value: identity.value }).catch(failed),
        }),
      )
      .catch(failed);
  return (
    <li className={styles.identity}>
      <Icon size={16} aria-label={t(`customers.identity.${identity.kind}`)} />
      <a href={link(identity)}>
        <Ltr>{text}</Ltr>
      </a>
      {identity.primary && customer.identities.filter((one) => one.kind === identity.kind).length > 1 && (
        <span className={styles.primary}>{t('customers.primary')}</span>
      )}
      {customer.identities.length > 1 && (
        <IconButton
          small
          label={t('customers.identityRemove', { what: text })}
          disabled={remove.isPending}
          onClick={take}
        >
          <X size={14} aria-hidden />
        </IconButton>
      )}
    </li>
  );
}

/** What is typed tells what it is: with an @ an address, otherwise a number. */
function AddForm({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useLocale();
  const errorText = useErrorText();
  const add = useAddIdentity(id);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const owner = isApiError(add.error, 'duplicate') ? (add.error.body.customer as CustomerRow) : null;
  const save = () => {
    const text = typed.trim();
    const kind: IdentityKind = text.includes('@') ? 'email' : 'phone';
    const value = kind === 'email' ? text : e164(text);
    if (!value) {
      setWrong(true);
      return;
    }
    add.mutate({ kind, value }, { onSuccess: onClose });
  };
  return (
    <form
      className={forms.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextField
        label={t('customers.identityNew')}
        ltr
        autoFocus
        autoComplete="off"
        maxLength={200}
        problem={wrong ? t('customers.identityWrong') : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setWrong(false);
        }}
      />
      {add.error && (
        <Banner tone="bad" alert>
          {errorText(add.error)} {owner && <CustomerLink id={owner.id} name={owner.name} />}
        </Banner>
      )}
      <div className={forms.buttons}>
        <Button small onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button small type="submit" look="primary" busy={add.isPending} disabled={!typed.trim()}>
          {t('action.add')}
        </Button>
      </div>
    </form>
  );
}
