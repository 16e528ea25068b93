import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Consent, Means } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Switch } from '@/shared/ui/switch';
import { DateTime, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { consentsQuery, standingQuery, useWishes, type WishesWork } from '../api/standing';
import styles from './card.module.css';
import { ConsentDialog } from './consent-dialog';

const messages: readonly Means[] = ['whatsapp', 'sms', 'email'];

/** How a customer wants to be reached, and what was agreed to. */
export function Wishes({ id }: { id: number }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const { data: standing } = useQuery(standingQuery(id));
  const { data: ledger } = useQuery(consentsQuery(id));
  const wishes = useWishes(id);
  const [adding, setAdding] = useState(false);
  const change = (work: WishesWork) =>
    wishes.mutate(work, { onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }) });
  if (!standing) return null;
  const out = standing.opted_out;
  const optOut = (means: Means, on: boolean) =>
    change({
      do: 'note',
      patch: { opted_out: on ? [...out, means] : out.filter((one) => one !== means) },
    });
  return (
    <div className={styles.fields}>
      <Switch
        label={t('consent.doNotCall')}
        checked={standing.do_not_call}
        disabled={wishes.isPending}
        onChange={(on) => change({ do: 'note', patch: { do_not_call: on } })}
      />
      <div role="group" aria-label={t('consent.optedOut')} className={styles.choices}>
        <span className={forms.legend}>{t('consent.optedOut')}</span>
        {messages.map((means) => (
          <label key={means} className={forms.choice}>
            <input
              type="checkbox"
              checked={out.includes(means)}
              disabled={wishes.isPending}
              onChange={(event) => optOut(means, event.target.checked)}
            />
            {t(`consent.means.${means}`)}
          </label>
        ))}
      </div>
      {ledger && ledger.total > 0 && (
        <ul className={styles.consents} aria-label={t('consent.ledger')}>
          {ledger.results.map((one) => (
            <One
              key={one.id}
              consent={one}
              busy={wishes.isPending}
              onRevoke={() => change({ do: 'revoke', consent: one.id })}
            />
          ))}
        </ul>
      )}
      <Button small look="quiet" className={styles.add} onClick={() => setAdding(true)}>
        <Plus size={16} aria-hidden />
        {t('consent.add')}
      </Button>
      <p className={styles.registry}>
        {standing.registry_checked_at ? (
          <>
            {t('consent.registryChecked')} <DateTime at={standing.registry_checked_at} />
          </>
        ) : (
          t('consent.registryNever')
        )}
        <Button
          small
          look="quiet"
          disabled={wishes.isPending}
          onClick={() => change({ do: 'note', patch: { registry_checked: true } })}
        >
          {t('consent.registryNow')}
        </Button>
      </p>
      {adding && <ConsentDialog id={id} onClose={() => setAdding(false)} />}
    </div>
  );
}

function One({ consent, busy, onRevoke }: { consent: Consent; busy: boolean; onRevoke: () => void }) {
  const { t } = useLocale();
  const [now] = useState(Date.now);
  const expired = consent.expires_at != null && Date.parse(consent.expires_at) <= now;
  const state = consent.revoked_at ? 'revoked' : expired ? 'expired' : 'holds';
  return (
    <li>
      <span className={styles.consent}>
        <strong>{t(`consent.means.${consent.means}`)}</strong>
        <Badge tone={state === 'holds' ? 'good' : 'quiet'}>{t(`consent.${state}`)}</Badge>
        {state === 'holds' && (
          <Button small look="quiet" disabled={busy} onClick={onRevoke}>
            {t('consent.revoke')}
          </Button>
        )}
      </span>
      <small>
        <DateTime at={consent.given_at} /> · <Said>{consent.evidence}</Said>
      </small>
    </li>
  );
}
