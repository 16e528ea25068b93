import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Controller } from 'react-hook-form';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import type { CustomerMatch, CustomerRow } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { CustomerLink } from '@/shared/customers/customer-link';
import { e164 } from '@/shared/format/phone';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { assigneesQuery } from '@/shared/people/list-assignees';
import { useMe } from '@/shared/session/me';
import { useSettled } from '@/shared/time/use-settled';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { SelectField, TextField } from '@/shared/ui/field';
import { Phone } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { checkQuery } from './api/check-customer';
import { useCreateCustomer } from './api/create-customer';
import styles from './customers.module.css';
import { TagsField } from './tags-field';
import { statuses } from './words';

const schema = v.object({
  name: rules.required,
  phone: rules.phoneOrNothing,
  email: v.pipe(
    v.string(),
    v.trim(),
    v.check((typed) => typed === '' || v.is(v.pipe(v.string(), v.email()), typed), 'form.email'),
  ),
  status: v.picklist(statuses),
  assignee: v.string(),
  tags: v.array(v.string()),
});

/** A new customer; who has the number, the address or the name already is said while it is typed. */
export function NewCustomerDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLocale();
  const me = useMe();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const create = useCreateCustomer();
  // Who is chosen from the first is there from the first.
  const { data: assignees = [me.user] } = useQuery(assigneesQuery);
  const form = useSchemaForm(schema, {
    name: '',
    phone: '',
    email: '',
    status: 'lead',
    assignee: String(me.user.id),
    tags: [],
  });
  const { errors } = form.formState;
  const [name, phone, email] = form.watch(['name', 'phone', 'email']);
  const matches = useMatches(name, phone, email);
  const taken = isApiError(create.error, 'duplicate') ? (create.error.body.customer as CustomerRow) : null;

  const submit = form.handleSubmit(async (typed) => {
    try {
      const made = await create.mutateAsync({
        name: typed.name,
        phones: typed.phone ? [e164(typed.phone) ?? typed.phone] : [],
        emails: typed.email ? [typed.email] : [],
        status: typed.status,
        tags: typed.tags,
        assignee_user_id: Number(typed.assignee),
      });
      toast.show({ text: t('customers.created', { name: made.name }) });
      void navigate({ to: '/customers/$customerId', params: { customerId: String(made.id) } });
    } catch (problem) {
      takeFieldProblems(problem, form.setError, ['name', 'phone', 'email'], {
        phones: 'form.phone',
        emails: 'form.email',
      });
    }
  });

  return (
    <Dialog open onClose={onClose} title={t('customers.new')} wide>
      <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          label={t('customers.name')}
          autoFocus
          autoComplete="off"
          problem={problemText(t, errors.name)}
          {...form.register('name')}
        />
        <div className={forms.two}>
          <TextField
            label={t('calls.phone')}
            ltr
            inputMode="tel"
            autoComplete="off"
            placeholder="050-123-4567"
            problem={problemText(t, errors.phone)}
            {...form.register('phone')}
          />
          <TextField
            label={t('customers.email')}
            optional
            ltr
            inputMode="email"
            autoComplete="off"
            problem={problemText(t, errors.email)}
            {...form.register('email')}
          />
          <SelectField label={t('customers.status')} {...form.register('status')}>
            {statuses.map((one) => (
              <option key={one} value={one}>
                {t(`customers.status.${one}`)}
              </option>
            ))}
          </SelectField>
          <SelectField label={t('customers.assignee')} {...form.register('assignee')}>
            <option value="0">{t('customers.nobodys')}</option>
            {assignees.map((one) => (
              <option key={one.id} value={String(one.id)}>
                {one.name}
              </option>
            ))}
          </SelectField>
        </div>
        <Controller
          control={form.control}
          name="tags"
          render={({ field }) => (
            <TagsField label={t('customers.tags')} value={field.value} onChange={field.onChange} />
          )}
        />
        <Matches matches={matches} />
        {create.error && (
          <Banner tone="bad" alert>
            {errorText(create.error)}
            {taken && <CustomerLink id={taken.id} name={taken.name} />}
          </Banner>
        )}
        <div className={forms.buttons}>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" busy={create.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const none: CustomerMatch[] = [];

/** Asked when the typing rests, for what is whole: half a number would match half the town. */
function useMatches(name: string, phone: string, email: string): CustomerMatch[] {
  const number = e164(phone);
  const who = useSettled(
    JSON.stringify({
      ...(number && { phone: number }),
      ...(/^\S+@\S+\.\S+$/.test(email.trim()) && { email: email.trim() }),
      ...(name.trim().length >= 3 && { name: name.trim() }),
    }),
    300,
  );
  const asked = who !== '{}';
  const { data } = useQuery({
    ...checkQuery(JSON.parse(who) as { phone?: string; email?: string; name?: string }),
    enabled: asked,
  });
  return asked ? (data ?? none) : none;
}

function Matches({ matches }: { matches: readonly CustomerMatch[] }) {
  const { t } = useLocale();
  const sure = matches.some((one) => one.by !== 'name');
  return (
    <div role="status">
      {matches.length > 0 && (
        <div className={styles.matches} data-sure={sure || undefined}>
          <p>{t(sure ? 'customers.exists' : 'customers.alike')}</p>
          <ul>
            {matches.slice(0, 4).map(({ customer, by }) => (
              <li key={`${by}-${customer.id}`}>
                <CustomerLink id={customer.id} name={customer.name} />
                {customer.phone && <Phone number={customer.phone} />}
                <span>{t(`customers.by.${by}`)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
