import { cx } from './cx';
import styles from './progress.module.css';
import tones from './tone.module.css';

/** How far a long piece of work is, in words and as a bar. */
export function Progress({ text, done, total }: { text: string; done: number; total: number }) {
  return (
    <div className={cx(styles.progress, tones.info)} role="status">
      <span>{text}</span>
      <progress aria-label={text} max={Math.max(total, 1)} value={done} />
    </div>
  );
}
