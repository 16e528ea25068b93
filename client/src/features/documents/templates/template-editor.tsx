import { useNavigate } from '@tanstack/react-router';
import { Braces, Eye, FilePen } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { isApiError } from '@/shared/api/error';
import type { DocumentTemplate, TemplateKind } from '@/shared/api/documents';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { PdfPages } from '@/shared/pdf/pdf-pages';
import { useSettled } from '@/shared/time/use-settled';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { SelectField, TextArea, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { Menu, MenuItem } from '@/shared/ui/menu';
import { Page } from '@/shared/ui/page';
import { Said } from '@/shared/ui/text';
import { useLeaveGuard } from '@/shared/ui/use-leave-guard';
import { useToast } from '@/shared/ui/use-toast';
import { previewOf, useSaveTemplate } from '../api/templates';
import styles from '../documents.module.css';
import { fieldText } from '../words';
import { fieldsOf, inserted, textOf, type TemplateText } from './template-text';
import { Versions } from './versions';

const kinds: readonly TemplateKind[] = ['order', 'contract', 'quote'];

interface Props {
  /** None while it is a new one. */
  template: DocumentTemplate | null;
  above: ReactNode;
}

export function TemplateEditor({ template, above }: Props) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const save = useSaveTemplate();
  const body = useRef<HTMLTextAreaElement>(null);
  /** Where the cursor goes once the menu of fields has closed. */
  const cursor = useRef<number | null>(null);
  const [base, setBase] = useState(template);
  const [typed, setTyped] = useState<TemplateText>(() => textOf(template));
  const [looking, setLooking] = useState(false);
  const [theirs, setTheirs] = useState<DocumentTemplate | null>(null);
  const dirty = JSON.stringify(typed) !== JSON.stringify(textOf(base));
  // Somebody else's version arrives while nothing of ours is written.
  if (template && base && template.version > base.version && !dirty) {
    setBase(template);
    setTyped(textOf(template));
  }
  useLeaveGuard(dirty && !save.isPending);
  const seen = useSettled(
    JSON.stringify({
      kind: typed.kind,
      title: typed.title.trim() || t(`documents.kind.${typed.kind}`),
      body: typed.body,
    }),
    template ? 700 : 300,
  );
  const patch = (next: Partial<TemplateText>) => setTyped((now) => ({ ...now, ...next }));
  const whole = typed.name.trim() !== '' && typed.title.trim() !== '';

  const submit = async () => {
    try {
      const saved = await save.mutateAsync({ of: base, ...typed });
      setBase(saved);
      setTyped(textOf(saved));
      setTheirs(null);
      toast.show({ text: t('templates.saved', { version: saved.version }) });
      if (!base)
        await navigate({
          to: '/documents/templates/$templateId',
          params: { templateId: String(saved.id) },
          replace: true,
          ignoreBlocker: true,
        });
    } catch (error) {
      if (isApiError(error, 'conflict') && error.body.current)
        setTheirs(error.body.current as DocumentTemplate);
      else toast.show({ tone: 'bad', text: errorText(error) });
    }
  };
  const insert = (name: string) => {
    const field = body.current;
    const next = inserted(typed.body, `{${name}}`, field?.selectionStart, field?.selectionEnd);
    patch({ body: next.text });
    cursor.current = next.at;
  };
  const title = base?.name ?? t('templates.new');
  return (
    <Page
      title={title}
      heading={<Said>{title}</Said>}
      above={above}
      subtitle={
        base
          ? `${t(`documents.kind.${base.kind}`)} · ${t('templates.versionOf', { version: base.version })}`
          : t('templates.subtitle')
      }
    >
      {theirs && (
        <Banner tone="warn" alert>
          {t('error.conflict')}
          <Button
            small
            onClick={() => {
              setBase(theirs);
              setTyped(textOf(theirs));
              setTheirs(null);
            }}
          >
            {t('settings.scriptTheirs')}
          </Button>
        </Banner>
      )}
      <div className={styles.columns}>
        <div className={forms.form}>
          <Card>
            <div className={forms.form}>
              <div className={forms.two}>
                <TextField
                  label={t('templates.name')}
                  hint={t('templates.nameHint')}
                  autoFocus={!base}
                  maxLength={120}
                  value={typed.name}
                  onChange={(event) => patch({ name: event.target.value })}
                />
                {!base && (
                  <SelectField
                    label={t('documents.kind')}
                    value={typed.kind}
                    onChange={(event) => {
                      const kind = kinds.find((one) => one === event.target.value);
                      if (kind) patch({ kind });
                    }}
                  >
                    {kinds.map((one) => (
                      <option key={one} value={one}>
                        {t(`documents.kind.${one}`)}
                      </option>
                    ))}
                  </SelectField>
                )}
                <TextField
                  label={t('documents.titleField')}
                  hint={t('templates.titleHint')}
                  maxLength={200}
                  value={typed.title}
                  onChange={(event) => patch({ title: event.target.value })}
                />
              </div>
            </div>
          </Card>
          <Card
            title={t('documents.body')}
            text={t('templates.bodyText', { example: '{client_name}' })}
            actions={
              <Menu
                onClosed={(event) => {
                  if (cursor.current === null) return;
                  event.preventDefault();
                  body.current?.focus();
                  body.current?.setSelectionRange(cursor.current, cursor.current);
                  cursor.current = null;
                }}
                trigger={
                  <Button small>
                    <Braces size={16} aria-hidden />
                    {t('templates.insert')}
                  </Button>
                }
              >
                {fieldsOf(typed.kind).map((name) => (
                  <MenuItem key={name} onSelect={() => insert(name)}>
                    {fieldText(t, name)}
                  </MenuItem>
                ))}
              </Menu>
            }
          >
            <TextArea
              ref={body}
              label={t('documents.body')}
              labelHidden
              rows={18}
              maxLength={50_000}
              value={typed.body}
              onChange={(event) => patch({ body: event.target.value })}
            />
          </Card>
          {base && (
            <Versions
              template={base}
              onTake={(version) => patch({ name: version.name, title: version.title, body: version.body })}
            />
          )}
        </div>
        <div className={styles.side} data-looking={looking || undefined}>
          <PdfPages
            label={t('documents.preview')}
            name={['template', seen]}
            load={previewOf(JSON.parse(seen) as TemplateText)}
          />
        </div>
      </div>
      <div className={styles.bar} role="group" aria-label={t('table.actions')}>
        <span className={styles.missing} role="status">
          {dirty ? t('form.unsaved') : t('templates.keeps')}
        </span>
        <Button className={styles.look} aria-pressed={looking} onClick={() => setLooking(!looking)}>
          {looking ? <FilePen size={18} aria-hidden /> : <Eye size={18} aria-hidden />}
          {t(looking ? 'documents.write' : 'documents.preview')}
        </Button>
        <Button
          look="primary"
          busy={save.isPending}
          disabled={!dirty || !whole}
          onClick={() => void submit()}
        >
          {t('action.save')}
        </Button>
      </div>
    </Page>
  );
}
