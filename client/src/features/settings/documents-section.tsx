import { useQuery } from '@tanstack/react-query';
import { FileStack } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { DocumentSettings } from '@/shared/api/documents';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Failure } from '@/shared/ui/failure';
import { TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { LinkButton } from '@/shared/ui/link-button';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Switch } from '@/shared/ui/switch';
import { useLeaveGuard } from '@/shared/ui/use-leave-guard';
import { useToast } from '@/shared/ui/use-toast';
import { documentSettingsQuery, useSaveDocumentSettings } from './api/document-settings';
import { percentWrong, settingsOf, sumWrong, typedOf, type TypedSettings } from './paper-rules';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';
import { SinceRows } from './since-rows';

/** What documents say of the business, and which rates hold from when. */
export function DocumentsSection({ readOnly }: SectionProps) {
  const query = useQuery(documentSettingsQuery);
  if (query.data) return <Editing kept={query.data} readOnly={readOnly} />;
  return (
    <Card>
      {query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={8} />
      )}
    </Card>
  );
}

const words = [
  ['legal_name', 'settings.papers.legalName', 200],
  ['tax_id', 'settings.papers.taxId', 20],
  ['broker_license', 'settings.papers.license', 20],
  ['address', 'settings.papers.address', 200],
  ['phone', 'settings.papers.phone', 40],
  ['email', 'settings.papers.email', 254],
] as const;
const leftToRight: readonly string[] = ['tax_id', 'broker_license', 'phone', 'email'];

function Editing({ kept, readOnly }: { kept: DocumentSettings; readOnly: boolean }) {
  const { t } = useLocale();
  const me = useMe();
  const toast = useToast();
  const errorText = useErrorText();
  const save = useSaveDocumentSettings();
  const [base, setBase] = useState(kept);
  const [typed, setTyped] = useState<TypedSettings>(() => typedOf(kept));
  const dirty = JSON.stringify(typed) !== JSON.stringify(typedOf(base));
  // Somebody else's change arrives: at once where nothing of ours is written, otherwise with the conflict.
  if (kept.version !== base.version && (!dirty || isApiError(save.error, 'conflict'))) {
    setBase(kept);
    setTyped(typedOf(kept));
  }
  useLeaveGuard(dirty);
  const patch = (next: Partial<TypedSettings>) => setTyped((now) => ({ ...now, ...next }));
  const given = settingsOf(typed);
  const submit = () => {
    if (!given) return;
    save.mutate(given, {
      onSuccess: (now) => {
        setBase(now);
        setTyped(typedOf(now));
        toast.show({ text: t('action.saved') });
      },
    });
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset disabled={readOnly} className={styles.form}>
        <Card
          title={t('settings.documents')}
          text={t('settings.documentsText')}
          actions={
            me.manages &&
            me.has('signatures') && (
              <LinkButton small to="/documents/templates">
                <FileStack size={16} aria-hidden />
                {t('templates.title')}
              </LinkButton>
            )
          }
        >
          <div className={forms.form}>
            <div className={forms.two}>
              {words.map(([name, label, longest]) => (
                <TextField
                  key={name}
                  label={t(label)}
                  ltr={leftToRight.includes(name)}
                  hint={name === 'broker_license' ? t('settings.papers.licenseHint') : undefined}
                  maxLength={longest}
                  value={typed[name]}
                  onChange={(event) => patch({ [name]: event.target.value })}
                />
              ))}
            </div>
            <Switch
              label={t('settings.papers.vatExempt')}
              hint={t('settings.papers.vatExemptHint')}
              checked={typed.vat_exempt}
              disabled={readOnly}
              onChange={(vat_exempt) => patch({ vat_exempt })}
            />
          </div>
        </Card>
        {!typed.vat_exempt && (
          <SinceRows
            title={t('settings.papers.vat')}
            text={t('settings.papers.vatText')}
            label={t('settings.papers.percent')}
            add={t('settings.papers.addRate')}
            wrong={percentWrong}
            wrongText={t('settings.papers.wrongPercent')}
            rows={typed.rates}
            readOnly={readOnly}
            onChange={(rates) => patch({ rates })}
          />
        )}
        <SinceRows
          title={t('settings.papers.thresholds')}
          text={t('settings.papers.thresholdsText')}
          label={`${t('documents.amount')} (₪)`}
          add={t('settings.papers.addThreshold')}
          wrong={sumWrong}
          wrongText={t('documents.wrongSum')}
          rows={typed.thresholds}
          readOnly={readOnly}
          onChange={(thresholds) => patch({ thresholds })}
        />
      </fieldset>
      {save.isError && (
        <Banner tone={isApiError(save.error, 'conflict') ? 'warn' : 'bad'} alert>
          {errorText(save.error)}
        </Banner>
      )}
      {!readOnly && (
        <div className={forms.buttons}>
          {dirty && <span className={styles.quiet}>{t('form.unsaved')}</span>}
          <Button disabled={!dirty} onClick={() => setTyped(typedOf(base))}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={!dirty || !given}>
            {t('action.save')}
          </Button>
        </div>
      )}
    </form>
  );
}
