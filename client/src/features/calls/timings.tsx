import type { Turn } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Ltr, Said } from '@/shared/ui/text';
import { stages } from './stages';
import styles from './timings.module.css';

/** Where the time of one answer went, to scale; the same in words below, so the colours say nothing alone. */
export function Timings({ turn }: { turn: Turn }) {
  const { t } = useLocale();
  const { parts, total } = stages(turn);
  if (total === 0) return null;
  const by = { transcribe: turn.transcribed_by, reply: turn.replied_by, synthesise: turn.synthesised_by };
  return (
    <details className={styles.timings}>
      <summary>
        <span className={styles.bar} aria-hidden>
          {parts.map((part) => (
            <span key={part.stage} data-stage={part.stage} style={{ flexGrow: part.ms }} />
          ))}
        </span>
        <span>{t('call.took', { time: t('time.seconds', { n: seconds(total) }) })}</span>
      </summary>
      <ul className={styles.legend}>
        {parts.map((part) => (
          <li key={part.stage}>
            <span className={styles.swatch} data-stage={part.stage} aria-hidden />
            {t(`call.${part.stage}`)}
            <Ltr className={styles.ms}>{t('time.ms', { n: String(part.ms) })}</Ltr>
            {part.stage in by && by[part.stage as keyof typeof by] && (
              <Said className={styles.by}>{by[part.stage as keyof typeof by]}</Said>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
