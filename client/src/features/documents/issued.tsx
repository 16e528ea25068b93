import { Download, Receipt, Send, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { DocumentDetail } from '@/shared/api/documents';
import { useLocale } from '@/shared/i18n/use-locale';
import { PdfPages } from '@/shared/pdf/pdf-pages';
import { useMe } from '@/shared/session/me';
import { useDownload } from '@/shared/table/use-download';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { CopyField } from '@/shared/ui/copy-field';
import forms from '@/shared/ui/form.module.css';
import { LinkButton } from '@/shared/ui/link-button';
import { DateTime, Ltr, Money } from '@/shared/ui/text';
import { pdfOf } from './api/documents';
import { signedPdf } from './api/signatures';
import { CreditDialog } from './credit-dialog';
import styles from './documents.module.css';
import type { Drawer } from './drawers';
import { Totals } from './lines-field';
import { PaymentDialog } from './payment-dialog';
import { SigningCard } from './signing-card';

interface Props {
  paper: DocumentDetail;
  drawer: Drawer;
  onSend: () => void;
}

/** A paper that has its number: how it looks, and what becomes of it. */
export function Issued({ paper, drawer, onSend }: Props) {
  const { t } = useLocale();
  const signed = paper.signing?.status === 'signed' ? paper.signing.id : null;
  const load = signed === null ? pdfOf(drawer, paper.id) : (signal: AbortSignal) => signedPdf(signed)(signal);
  return (
    <>
      {paper.credited_by != null && (
        <Banner tone="warn">
          {t('documents.wasCredited')}
          <LinkButton
            small
            to="/documents/$drawer/$documentId"
            params={{ drawer, documentId: String(paper.credited_by) }}
          >
            {t('documents.toCredit')}
          </LinkButton>
        </Banner>
      )}
      <div className={styles.columns} data-issued="">
        <PdfPages label={paper.title} name={[drawer, paper.id, paper.version, signed]} load={load} />
        <div className={forms.form}>
          <Next paper={paper} drawer={drawer} load={load} onSend={onSend} />
          {paper.signing && <SigningCard signing={paper.signing} />}
          {paper.kind === 'invoice' && <Payments paper={paper} />}
          <Facts paper={paper} />
        </div>
      </div>
    </>
  );
}

interface NextProps extends Props {
  load: (signal: AbortSignal) => Promise<Blob>;
}

/** What can be done with it now. */
function Next({ paper, drawer, load, onSend }: NextProps) {
  const { t } = useLocale();
  const me = useMe();
  const { busy, run } = useDownload(async () => ({
    name: `${paper.number ?? paper.id}.pdf`,
    blob: await load(new AbortController().signal),
  }));
  const [open, setOpen] = useState<'pay' | 'credit' | null>(null);
  const close = () => setOpen(null);
  const { status } = paper;
  const sendable =
    paper.kind !== 'invoice' && (status === 'issued' || status === 'declined' || status === 'expired');
  const payable =
    paper.kind === 'invoice' && status !== 'credited' && paper.credit_of == null && paper.paid < paper.total;
  const creditable =
    paper.kind === 'invoice' && status !== 'credited' && paper.credit_of == null && me.manages;
  return (
    <Card>
      <div className={styles.actions} role="group" aria-label={t('table.actions')}>
        {sendable && (
          <Button look="primary" wide onClick={onSend}>
            <Send size={18} aria-hidden className="mirror" />
            {t('documents.send')}
          </Button>
        )}
        {payable && (
          <Button look="primary" wide onClick={() => setOpen('pay')}>
            <Receipt size={18} aria-hidden />
            {t('documents.pay')}
          </Button>
        )}
        <Button wide busy={busy} onClick={run}>
          <Download size={18} aria-hidden />
          {t('documents.download')}
        </Button>
        {creditable && (
          <Button look="quiet" wide onClick={() => setOpen('credit')}>
            <Undo2 size={18} aria-hidden className="mirror" />
            {t('documents.credit')}
          </Button>
        )}
      </div>
      {open === 'pay' && <PaymentDialog paper={paper} drawer={drawer} onClose={close} />}
      {open === 'credit' && <CreditDialog paper={paper} drawer={drawer} onClose={close} />}
    </Card>
  );
}

function Payments({ paper }: { paper: DocumentDetail }) {
  const { t, format } = useLocale();
  const payments = paper.payments ?? [];
  return (
    <Card title={t('documents.payments')}>
      <dl className={styles.totals}>
        <dt>{t('documents.paid')}</dt>
        <dd>
          <Money agorot={paper.paid} />
        </dd>
        <dt className={styles.total}>{t('documents.open')}</dt>
        <dd className={styles.total}>
          <Money agorot={Math.max(paper.total - paper.paid, 0)} />
        </dd>
      </dl>
      {payments.length > 0 && (
        <ul className={styles.events}>
          {payments.map((one) => (
            <li key={`${one.created_at}-${one.amount}`}>
              <strong>
                <Money agorot={one.amount} />
              </strong>
              <span>
                {t(`documents.method.${one.method}`)}, <Ltr>{format.day(one.on)}</Ltr>
              </span>
              {one.note && <bdi dir="auto">{one.note}</bdi>}
            </li>
          ))}
        </ul>
      )}
      {paper.payment_link && <CopyField label={t('documents.paymentLink')} value={paper.payment_link} />}
    </Card>
  );
}

function Facts({ paper }: { paper: DocumentDetail }) {
  const { t, format } = useLocale();
  return (
    <Card title={t('documents.facts')}>
      {paper.total > 0 && (
        <Totals net={paper.net} vat={paper.vat} total={paper.total} rate={paper.vat_rate} />
      )}
      <dl className={styles.facts}>
        {paper.issued_at && (
          <>
            <dt>{t('documents.issuedAt')}</dt>
            <dd>
              <DateTime at={paper.issued_at} />
            </dd>
          </>
        )}
        {paper.valid_until && (
          <>
            <dt>{t('documents.validUntil')}</dt>
            <dd>
              <Ltr>{format.day(paper.valid_until)}</Ltr>
            </dd>
          </>
        )}
        {paper.due_on && (
          <>
            <dt>{t('documents.dueOn')}</dt>
            <dd>
              <Ltr>{format.day(paper.due_on)}</Ltr>
            </dd>
          </>
        )}
        {paper.allocation?.needed && (
          <>
            <dt>{t('documents.allocation')}</dt>
            <dd>
              {paper.allocation.number ? (
                <Ltr>{paper.allocation.number}</Ltr>
              ) : (
                t('documents.allocationWanted')
              )}
            </dd>
          </>
        )}
        {paper.sha256 && (
          <>
            <dt>SHA-256</dt>
            <dd>
              <Ltr className={styles.hash}>{paper.sha256}</Ltr>
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}
