import { Check } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Customer, CustomerStage } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';
import { Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useMoveStage } from '../api/move-stage';
import { stages, wantsReason } from '../words';
import styles from './card.module.css';

/** How far it has come; a press moves it. How it ended is told with a reason. */
export function StageTrack({ customer, since }: { customer: Customer; since: string | null }) {
  const { t, format } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const move = useMoveStage(customer.id);
  const [ending, setEnding] = useState<CustomerStage | null>(null);
  const track = useRef<HTMLOListElement>(null);
  const at = stages.indexOf(customer.stage);
  useEffect(() => {
    track.current
      ?.querySelector('[aria-current]')
      ?.scrollIntoView({ inline: 'center', block: 'nearest', behavior: 'instant' });
  }, [at]);

  const go = (stage: CustomerStage, reason?: string) => {
    const before = customer.stage;
    const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
    move
      .mutateAsync({ stage, ...(reason && { reason }) })
      .then(() =>
        toast.show({
          text: t('customers.moved', { stage: t(`customers.stage.${stage}`) }),
          // The way back to an end would want its reason again.
          ...(!wantsReason(before) && {
            undo: () => void move.mutateAsync({ stage: before }).catch(failed),
          }),
        }),
      )
      .catch(failed);
  };

  return (
    <>
      <ol ref={track} className={styles.track} aria-label={t('customers.stage')}>
        {stages.map((stage, index) => {
          const passed = index < at && customer.stage !== 'lost';
          return (
            <li key={stage}>
              <button
                type="button"
                data-stage={stage}
                data-passed={passed || undefined}
                aria-current={index === at ? 'step' : undefined}
                disabled={move.isPending}
                onClick={() => {
                  if (index === at) return;
                  if (wantsReason(stage)) setEnding(stage);
                  else go(stage);
                }}
              >
                {(passed || (index === at && stage === 'won')) && <Check size={14} aria-hidden />}
                {t(`customers.stage.${stage}`)}
              </button>
            </li>
          );
        })}
      </ol>
      {since && (
        <p className={styles.since} title={format.dateTime(since)}>
          {t('customers.stageSince', { when: format.relative(since) })}
          {customer.stage_reason && (
            <>
              {' · '}
              <Said>{customer.stage_reason}</Said>
            </>
          )}
        </p>
      )}
      {ending && (
        <ReasonDialog
          stage={ending}
          onClose={() => setEnding(null)}
          onReason={(reason) => {
            setEnding(null);
            go(ending, reason);
          }}
        />
      )}
    </>
  );
}

interface ReasonProps {
  stage: CustomerStage;
  onClose: () => void;
  onReason: (reason: string) => void;
}

function ReasonDialog({ stage, onClose, onReason }: ReasonProps) {
  const { t } = useLocale();
  const [reason, setReason] = useState('');
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(stage === 'won' ? 'customers.wonWhy' : 'customers.lostWhy')}
      text={t('customers.whyText')}
    >
      <form
        className={forms.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim()) onReason(reason.trim());
        }}
      >
        <TextField
          label={t('customers.reason')}
          autoFocus
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className={forms.buttons}>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" disabled={!reason.trim()}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
