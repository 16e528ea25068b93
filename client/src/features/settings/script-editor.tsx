import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import styles from './script.module.css';

export interface EditorHandle {
  goTo: (line: number, column: number) => void;
}

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  readOnly: boolean;
  problemLines: ReadonlySet<number>;
  ref?: Ref<EditorHandle>;
}

const LINE = 22;

/** A plain text field with numbered lines: source reads left to right, whatever is quoted in it. */
export function ScriptEditor({ label, value, onChange, readOnly, problemLines, ref }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const lines = value.split('\n');

  useImperativeHandle(ref, () => ({
    goTo: (line, column) => {
      const element = field.current;
      if (!element) return;
      const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
      const at = before + Math.min(column - 1, lines[line - 1]?.length ?? 0);
      element.focus();
      element.setSelectionRange(at, at);
      element.scrollTop = Math.max(0, (line - 5) * LINE);
    },
  }));

  return (
    <div className={styles.editor} dir="ltr">
      <div className={styles.gutter} aria-hidden>
        <div style={{ transform: `translateY(${-scrolled}px)` }}>
          {lines.map((_, index) => (
            <span key={index} data-bad={problemLines.has(index + 1) || undefined}>
              {index + 1}
            </span>
          ))}
        </div>
      </div>
      <textarea
        ref={field}
        aria-label={label}
        aria-invalid={problemLines.size > 0 || undefined}
        className={styles.source}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        readOnly={readOnly}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
      />
    </div>
  );
}
