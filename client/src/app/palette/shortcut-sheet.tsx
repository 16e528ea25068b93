import { useLocale } from '@/shared/i18n/use-locale';
import type { Key } from '@/shared/i18n/translate';
import { setSingleKeys, useSingleKeys } from '@/shared/keys/shortcuts';
import { Dialog } from '@/shared/ui/dialog';
import { Switch } from '@/shared/ui/switch';
import styles from './shortcut-sheet.module.css';

/** Latin letter and, beside it, what the same key gives on a Hebrew layout. */
const rows: readonly { label: Key; keys: string[][]; single: boolean }[] = [
  { label: 'keys.palette', keys: [['Ctrl / ⌘', 'K · ל']], single: false },
  { label: 'keys.sheet', keys: [['Shift', '/ · .']], single: true },
  { label: 'keys.search', keys: [['/ · .']], single: true },
  { label: 'keys.live', keys: [['G · ע'], ['L · ך']], single: true },
  { label: 'keys.calls', keys: [['G · ע'], ['C · ב']], single: true },
  { label: 'keys.customers', keys: [['G · ע'], ['K · ל']], single: true },
  { label: 'keys.tasks', keys: [['G · ע'], ['T · א']], single: true },
  { label: 'keys.settings', keys: [['G · ע'], ['S · ד']], single: true },
  { label: 'keys.people', keys: [['G · ע'], ['P · פ']], single: true },
  { label: 'keys.customerNote', keys: [['N · מ']], single: true },
  { label: 'keys.customerTask', keys: [['A · ש']], single: true },
  { label: 'keys.customerWhatsApp', keys: [["W · '"]], single: true },
  { label: 'keys.customerRename', keys: [['E · ק']], single: true },
  { label: 'keys.table', keys: [['↑ ↓ ← →']], single: false },
  { label: 'keys.openRow', keys: [['Enter']], single: false },
];

export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLocale();
  const single = useSingleKeys();
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} text={t('keys.text')}>
      <dl className={styles.list}>
        {rows.map((row) => (
          <div key={row.label} className={styles.row} data-off={(row.single && !single) || undefined}>
            <dt>{t(row.label)}</dt>
            <dd>
              {row.keys.map((chord, index) => (
                <span key={index} className={styles.chord}>
                  {index > 0 && <span>{t('keys.then')}</span>}
                  {chord.map((name) => (
                    <kbd key={name} dir="ltr">
                      {name}
                    </kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className={styles.switch}>
        <Switch
          label={t('keys.single')}
          hint={t('keys.singleHint')}
          checked={single}
          onChange={setSingleKeys}
        />
      </div>
    </Dialog>
  );
}
