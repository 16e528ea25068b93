import type { LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import styles from './file-drop.module.css';

interface Props {
  icon: LucideIcon;
  label: string;
  hint: ReactNode;
  accept: string;
  busy?: boolean;
  onFile: (file: File) => void;
}

/** One file, dropped or chosen. */
export function FileDrop({ icon: Icon, label, hint, accept, busy, onFile }: Props) {
  const [over, setOver] = useState(false);
  return (
    <div className={styles.zone} data-over={over || undefined}>
      <Icon size={32} aria-hidden />
      <strong aria-hidden>{label}</strong>
      <p>{hint}</p>
      <input
        type="file"
        accept={accept}
        aria-label={label}
        disabled={busy}
        onDragEnter={() => setOver(true)}
        onDragLeave={() => setOver(false)}
        onDrop={() => setOver(false)}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again after it was mended.
          event.target.value = '';
          if (file) onFile(file);
        }}
      />
    </div>
  );
}
