import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Eye, FilePen, FileCheck, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { DocumentDetail } from '@/shared/api/documents';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { PdfPages } from '@/shared/pdf/pdf-pages';
import { Banner } from '@/shared/ui/banner';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { TextArea, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { DayField } from '@/shared/ui/day-field';
import { useLeaveGuard } from '@/shared/ui/use-leave-guard';
import { useRemoval } from '@/shared/ui/use-removal';
import { useToast } from '@/shared/ui/use-toast';
import { pdfOf, useDocument, useRemoveDocument } from './api/documents';
import { templatesQuery } from './api/templates';
import styles from './documents.module.css';
import type { Drawer } from './drawers';
import { beginningOf, draftOf, type Edited } from './edited';
import { LinesField } from './lines-field';
import { OrderFields, OtherFields } from './paper-fields';
import { otherFields, stillMissing } from './order-form';
import { fieldText } from './words';

interface Props {
  paper: DocumentDetail;
  drawer: Drawer;
  /** What the engine said is missing, when it was to be issued. */
  told: readonly string[];
  onMissing: (names: readonly string[]) => void;
  onSend: () => void;
}

/** Writing a paper: what it says, what is still missing, and how it will look. */
export function Draft({ paper, drawer, told, onMissing, onSend }: Props) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const work = useDocument(drawer, paper.id);
  const remove = useRemoveDocument();
  const removal = useRemoval();
  const [typed, setTyped] = useState<Edited>(() => beginningOf(paper));
  const [looking, setLooking] = useState(false);
  const dirty = JSON.stringify(typed) !== JSON.stringify(beginningOf(paper));
  useLeaveGuard(dirty && !work.isPending);
  const patch = (next: Partial<Edited>) => setTyped((now) => ({ ...now, ...next }));
  const missing = stillMissing([...new Set([...(paper.missing ?? []), ...told])], typed.fields);
  const wrong = isApiError(work.error, 'invalid') ? (work.error.body.fields ?? {}) : {};
  const { draft, problems } = draftOf(typed, paper.kind);
  const bad = problems.length > 0;

  /** What is typed is kept first: nobody issues or sends something else than what is seen. */
  const kept = async () => {
    if (!dirty) return paper;
    const saved = await work.mutateAsync({ do: 'save', draft, version: paper.version });
    setTyped(beginningOf(saved));
    return saved;
  };
  const attempt = (then: (saved: DocumentDetail) => unknown) =>
    void kept()
      .then(then)
      .catch((error: unknown) => {
        if (isApiError(error, 'missing_fields')) onMissing(error.body.missing ?? []);
        toast.show({ tone: 'bad', text: errorText(error) });
      });
  const issue = () =>
    attempt(async () => {
      const issued = await work.mutateAsync({ do: 'issue' });
      toast.show({ text: t('documents.issuedAs', { number: issued.number ?? '' }) });
    });
  const away = () => {
    removal({
      key: `document:${drawer}:${paper.id}`,
      text: t('documents.removed'),
      commit: (leaving) => remove.mutateAsync({ drawer, id: paper.id, leaving }),
    });
    void navigate({
      to: '/customers/$customerId',
      params: { customerId: String(paper.customer.id) },
      search: { tab: 'documents' },
      ignoreBlocker: true,
    });
  };
  return (
    <>
      <div className={styles.columns}>
        <div className={forms.form}>
          <Card>
            <div className={forms.form}>
              <TextField
                label={t('documents.titleField')}
                maxLength={200}
                value={typed.title}
                problem={wrong.title}
                onChange={(event) => patch({ title: event.target.value })}
              />
              <div className={forms.two}>
                {paper.kind === 'quote' && (
                  <DayField
                    label={t('documents.validUntil')}
                    optional
                    value={typed.valid_until}
                    onChange={(valid_until) => patch({ valid_until })}
                  />
                )}
                {paper.kind === 'invoice' && (
                  <DayField
                    label={t('documents.dueOn')}
                    optional
                    value={typed.due_on}
                    onChange={(due_on) => patch({ due_on })}
                  />
                )}
                {paper.kind === 'invoice' && (
                  <TextField
                    label={t('documents.paymentLink')}
                    optional
                    ltr
                    inputMode="url"
                    maxLength={500}
                    value={typed.payment_link}
                    problem={wrong.payment_link}
                    onChange={(event) => patch({ payment_link: event.target.value })}
                  />
                )}
              </div>
            </div>
          </Card>
          {(paper.kind === 'quote' || paper.kind === 'invoice') && (
            <Card title={t('documents.lines')}>
              <LinesField
                lines={typed.lines}
                rate={paper.vat_rate}
                missing={missing.includes('lines') && typed.lines.length === 0}
                onChange={(lines) => patch({ lines })}
              />
            </Card>
          )}
          {paper.kind === 'order' && (
            <OrderFields
              fields={typed.fields}
              missing={missing}
              wrong={wrong}
              onChange={(fields) => patch({ fields })}
            />
          )}
          <Asked paper={paper} typed={typed} missing={missing} wrong={wrong} patch={patch} />
          {(paper.kind === 'contract' || paper.kind === 'order') && (
            <Card title={t('documents.body')} text={t('documents.bodyText')}>
              <TextArea
                label={t('documents.body')}
                labelHidden
                rows={14}
                maxLength={60_000}
                value={typed.body}
                problem={
                  missing.includes('body') && !typed.body.trim() ? t('documents.isMissing') : undefined
                }
                onChange={(event) => patch({ body: event.target.value })}
              />
            </Card>
          )}
        </div>
        <div className={styles.side} data-looking={looking || undefined}>
          <PdfPages
            key={paper.version}
            label={t('documents.preview')}
            name={[drawer, paper.id, paper.version]}
            load={pdfOf(drawer, paper.id)}
          />
        </div>
      </div>
      <div className={styles.bar} role="group" aria-label={t('table.actions')}>
        <span className={styles.missing} role="status">
          {missing.length > 0
            ? t('documents.missing', { count: missing.length })
            : dirty
              ? t('form.unsaved')
              : t('documents.whole')}
        </span>
        <IconButton label={t('documents.remove')} onClick={away}>
          <Trash2 size={18} aria-hidden />
        </IconButton>
        <Button className={styles.look} aria-pressed={looking} onClick={() => setLooking(!looking)}>
          {looking ? <FilePen size={18} aria-hidden /> : <Eye size={18} aria-hidden />}
          {t(looking ? 'documents.write' : 'documents.preview')}
        </Button>
        <Button busy={work.isPending} disabled={!dirty || bad} onClick={() => attempt(() => undefined)}>
          {t('action.save')}
        </Button>
        <Button
          look={paper.kind === 'invoice' ? 'primary' : 'plain'}
          disabled={work.isPending || bad}
          onClick={issue}
        >
          <FileCheck size={18} aria-hidden />
          {t('documents.issue')}
        </Button>
        {paper.kind !== 'invoice' && (
          <Button look="primary" disabled={work.isPending || bad} onClick={() => attempt(onSend)}>
            <Send size={18} aria-hidden className="mirror" />
            {t('documents.send')}
          </Button>
        )}
      </div>
      {bad && <Banner tone="warn">{problems.map((name) => fieldText(t, name)).join(' · ')}</Banner>}
    </>
  );
}

interface AskedProps {
  paper: DocumentDetail;
  typed: Edited;
  missing: readonly string[];
  wrong: Readonly<Record<string, string>>;
  patch: (next: Partial<Edited>) => void;
}

/** What the template asks for, and what both sides are called. */
function Asked({ paper, typed, missing, wrong, patch }: AskedProps) {
  const { t } = useLocale();
  const { data } = useQuery({ ...templatesQuery, enabled: paper.template != null });
  const template = data?.results.find((one) => one.id === paper.template?.id);
  const names = otherFields(paper.kind === 'order', template?.fields ?? [], missing);
  if (names.length === 0) return null;
  return (
    <Card title={t('documents.details')}>
      <OtherFields
        names={names}
        fields={typed.fields}
        missing={missing}
        wrong={wrong}
        onChange={(fields) => patch({ fields })}
      />
    </Card>
  );
}
