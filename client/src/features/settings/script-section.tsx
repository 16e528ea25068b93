import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useRef, useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { Business, ScriptBody, ScriptProblem } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useSettled } from '@/shared/time/use-settled';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { useLeaveGuard } from '@/shared/ui/use-leave-guard';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { scriptCheckQuery } from './api/check-script';
import { scriptQuery } from './api/get-script';
import { useSaveScript } from './api/save-script';
import { ScriptEditor, type EditorHandle } from './script-editor';
import script from './script.module.css';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';

export function ScriptSection({ readOnly }: SectionProps) {
  const { t } = useLocale();
  const query = useQuery(scriptQuery);
  return (
    <Card title={t('settings.script')} text={t('settings.scriptText')}>
      {query.data ? (
        <Editing saved={query.data} readOnly={readOnly} onReload={() => void query.refetch()} />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={10} />
      )}
    </Card>
  );
}

interface EditingProps {
  saved: ScriptBody;
  readOnly: boolean;
  onReload: () => void;
}

function Editing({ saved, readOnly, onReload }: EditingProps) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const save = useSaveScript();
  const editor = useRef<EditorHandle>(null);
  const [source, setSource] = useState(saved.source);
  const [base, setBase] = useState(saved);
  // Another version has come from the engine (a reload after a conflict): it takes the place of ours.
  if (saved !== base) {
    setBase(saved);
    setSource(saved.source);
  }
  const settled = useSettled(source, 500);
  const check = useQuery(scriptCheckQuery(settled));
  const [conflict, setConflict] = useState<number | null>(null);
  const dirty = source !== saved.source;
  useLeaveGuard(dirty);

  const fresh = settled === source ? check.data : undefined;
  const problems: ScriptProblem[] = fresh?.problems ?? [];
  const submit = async () => {
    try {
      await save.mutateAsync({ source, version: conflict ?? saved.version });
      setConflict(null);
      toast.show({ text: t('settings.scriptSaved') });
    } catch (error) {
      if (isApiError(error, 'conflict')) setConflict((error.body.current as Business).version);
    }
  };

  return (
    <div className={styles.stack}>
      <ScriptEditor
        ref={editor}
        label={t('settings.scriptSource')}
        value={source}
        onChange={setSource}
        readOnly={readOnly}
        problemLines={new Set(problems.map((problem) => problem.line))}
      />
      <div role="status" className={script.verdict}>
        {fresh?.ok && (
          <p className={script.good}>
            <CircleCheck size={16} aria-hidden />
            {t('settings.scriptOk')}
          </p>
        )}
        {problems.length > 0 && (
          <>
            <p className={script.bad}>
              <CircleAlert size={16} aria-hidden />
              {t('settings.scriptProblems', { count: problems.length })}
            </p>
            <ul className={script.problems}>
              {problems.map((problem) => (
                <li key={`${problem.line}:${problem.column}:${problem.problem}`}>
                  <button type="button" onClick={() => editor.current?.goTo(problem.line, problem.column)}>
                    {t('settings.scriptLine', { line: String(problem.line) })}
                  </button>
                  <bdi dir="ltr">{problem.problem}</bdi>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      {conflict !== null && (
        <Banner tone="warn" alert>
          {t('settings.scriptConflict')}
          <Button
            small
            onClick={() => {
              setConflict(null);
              onReload();
            }}
          >
            {t('settings.scriptTheirs')}
          </Button>
        </Banner>
      )}
      {save.isError && !isApiError(save.error, 'conflict') && !isApiError(save.error, 'invalid') && (
        <Banner tone="bad" alert>
          {errorText(save.error)}
        </Banner>
      )}
      {!readOnly && (
        <div className={forms.buttons}>
          {dirty && <span className={styles.quiet}>{t('form.unsaved')}</span>}
          <Button disabled={!dirty} onClick={() => setSource(saved.source)}>
            {t('action.cancel')}
          </Button>
          <Button
            look="primary"
            busy={save.isPending}
            disabled={!dirty || !fresh?.ok}
            onClick={() => void submit()}
          >
            {t('action.save')}
          </Button>
        </div>
      )}
    </div>
  );
}
