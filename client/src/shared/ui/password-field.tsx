import { Eye, EyeOff } from 'lucide-react';
import { useState, type ComponentProps } from 'react';
import { useLocale } from '../i18n/use-locale';
import { IconButton } from './button';
import { TextField } from './field';

/** A password that can be looked at. */
export function PasswordField(props: ComponentProps<typeof TextField>) {
  const { t } = useLocale();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      ltr
      type={shown ? 'text' : 'password'}
      beside={
        <IconButton
          small
          label={t(shown ? 'login.hidePassword' : 'login.showPassword')}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff size={18} aria-hidden /> : <Eye size={18} aria-hidden />}
        </IconButton>
      }
    />
  );
}
