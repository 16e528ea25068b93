import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { isKey } from '@/shared/keys/shortcuts';
import { Said } from '@/shared/ui/text';
import styles from './card.module.css';

/** Of a name, in characters. */
const LONGEST = 120;

interface Props {
  name: string;
  editing: boolean;
  onEditing: (editing: boolean) => void;
  onSave: (name: string) => void;
}

/** The name where it stands: pressed, it becomes a field; Enter keeps it, Escape leaves it as it was. */
export function NameEdit({ name, editing, onEditing, onSave }: Props) {
  const { t } = useLocale();
  if (editing) return <Field name={name} onClose={() => onEditing(false)} onSave={onSave} />;
  return (
    <button
      type="button"
      className={styles.name}
      title={t('customers.rename')}
      onClick={() => onEditing(true)}
    >
      <Said>{name || t('customers.nameless')}</Said>
      <Pencil size={16} aria-hidden />
    </button>
  );
}

function Field({ name, onClose, onSave }: { name: string; onClose: () => void; onSave: Props['onSave'] }) {
  const { t } = useLocale();
  const [typed, setTyped] = useState(name);
  const keep = () => {
    const next = typed.replace(/\s+/g, ' ').trim();
    if (next && next !== name) onSave(next.slice(0, LONGEST));
    onClose();
  };
  return (
    <input
      className={styles.nameField}
      aria-label={t('customers.name')}
      dir="auto"
      autoFocus
      maxLength={LONGEST}
      value={typed}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={(press) => {
        if (press.nativeEvent.isComposing) return;
        if (isKey(press, 'Enter')) keep();
        else if (isKey(press, 'Escape')) onClose();
      }}
    />
  );
}
